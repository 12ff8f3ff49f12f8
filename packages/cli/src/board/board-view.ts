import type { Colors } from '../output/colors.js';
import { plainText } from '../output/plain-text.js';
import { lineOf } from '../screen/top-columns.js';
import type { Quote } from './quote.js';
import { changeText, priceText, shortAge } from './quote-text.js';

interface BoardColumn {
  readonly title: string;
  /** Characters; 0 for the rest of the line. */
  readonly width: number;
  readonly isNumber: boolean;
  readonly text: (quote: Quote) => string;
}

const columns: readonly BoardColumn[] = [
  { title: 'SYMBOL', width: 14, isNumber: false, text: ({ symbol }) => plainText(symbol) },
  { title: 'LAST', width: 10, isNumber: true, text: ({ last }) => priceText(last) },
  { title: 'CHANGE', width: 15, isNumber: true, text: changeText },
  { title: 'BID', width: 10, isNumber: true, text: ({ bid }) => priceText(bid) },
  { title: 'ASK', width: 10, isNumber: true, text: ({ ask }) => priceText(ask) },
  { title: 'AGE', width: 6, isNumber: true, text: ({ ageMs }) => shortAge(ageMs) },
  { title: '', width: 0, isNumber: false, text: ({ mark }) => mark },
];

/** What the board shows. */
export interface BoardData {
  /** In the order of the board. */
  readonly quotes: readonly Quote[];
  readonly title: string;
  /** The current problem, or an empty text. */
  readonly problem: string;
}

/** The lines of the screen: as many as it has rows, none wider than its columns. Keeps `state.scroll` within the board. */
export function boardLines(
  { quotes, title, problem }: BoardData,
  state: { scroll: number },
  size: { readonly columns: number; readonly rows: number },
  paint: Colors,
): string[] {
  const fit = (text: string): string => text.slice(0, size.columns).padEnd(size.columns);
  const height = Math.max(1, size.rows - 3);
  state.scroll = Math.max(0, Math.min(state.scroll, quotes.length - height));
  const shown = quotes.slice(state.scroll, state.scroll + height);
  const lines = shown.map((quote) => painted(quote, fit(lineOf(columns, cellsOf(quote), size.columns)), paint));
  return [
    paint.bold(fit(plainText(title))),
    paint.inverse(
      fit(
        lineOf(
          columns,
          columns.map((column) => column.title),
          size.columns,
        ),
      ),
    ),
    ...Array.from({ length: height }, (_, index) => lines[index] ?? fit('')),
    problem === '' ? paint.dim(fit('q quit  up down page-up page-down scroll')) : paint.red(fit(plainText(problem))),
  ];
}

const cellsOf = (quote: Quote): string[] => columns.map(({ text }) => text(quote));

/** Rising prices are green and falling ones red. A price that cannot be relied on is dim. */
function painted({ mark, change }: Quote, line: string, paint: Colors): string {
  if (mark !== '') return paint.dim(line);
  if (change === undefined || change === 0) return line;
  return change > 0 ? paint.green(line) : paint.red(line);
}
