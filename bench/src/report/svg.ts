/** The marks of a chart, as SVG text. The colours have enough contrast on light and dark backgrounds. */

export const widthPx = 900;
/** x where the labels end and the bars begin. */
export const labelPx = 380;
export const rowPx = 22;

export interface Chart {
  readonly heightPx: number;
  readonly marks: readonly string[];
}

export const colours = { good: '#2f9e6e', bad: '#d1495b', other: '#8a8f98', line: '#8a8f98', text: '#7b8190' } as const;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter]!);

export const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${colours.text}" ${more}>${escaped(content)}</text>`;

export const heading = (y: number, content: string): string =>
  text(10, y, content, 'font-size="15" font-weight="bold"');

export const bar = (x: number, y: number, width: number, colour: string): string =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(1, width).toFixed(1)}" height="${rowPx - 8}" rx="2" fill="${colour}"/>`;

/** A vertical line, such as a bound. */
export const mark = (x: number, top: number, bottom: number, colour: string): string =>
  `<line x1="${x.toFixed(1)}" y1="${top.toFixed(1)}" x2="${x.toFixed(1)}" y2="${bottom.toFixed(1)}" stroke="${colour}" stroke-width="2"/>`;

export const svg = (heightPx: number, marks: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${heightPx}" font-family="sans-serif" font-size="12">\n${marks.join('\n')}\n</svg>\n`;
