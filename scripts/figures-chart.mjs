// The chart of the READMEs: six rows of the benchmark, as an SVG. Its rows come from the JSON that `npm run bench -- --json` writes, or from
// the table of docs/figures.md.

const ours = 'PulseMQ';
const peers = [ours, 'NATS', 'Redis', 'libzmq, 7 frames'];

/** The rows to show: the workload by its title in the benchmark, one of its figures by its unit, and a label in words. */
const shownRows = [
  { title: '100 B, 1 -> 1, 100 topics', unit: 'deliveries/s', label: '1 publisher, 1 subscriber: deliveries a second' },
  { title: '100 B, 1 -> 10', unit: 'deliveries/s', label: '1 to 10: deliveries a second' },
  { title: '100 B, 1 -> 100', unit: 'deliveries/s', label: '1 to 100: deliveries a second' },
  {
    title: '100 B, 10,000 topics x 1,000 different interests, 10 receivers each',
    unit: 'deliveries/s',
    label: '10,000 topics, 1,000 different interests: deliveries a second',
  },
  {
    title: 'latency at 100,000 msg/s, 1 -> 1',
    unit: 'us P50',
    label: 'delay at 100,000 msg/s, microseconds (less is better)',
  },
  { title: '1 MB batches, 1 -> 1', unit: 'payload MB/s', label: '1 MB batches: MB a second' },
];

/** One row: a value for each peer that was measured, and ours divided by that of NATS. */
const rowOf = (label, values, ratio) => ({
  label,
  ratio,
  values: peers.flatMap((peer) => (Number.isFinite(values[peer]) ? [{ peer, value: values[peer] }] : [])),
});

const suffixes = { k: 1e3, M: 1e6 };

/** A figure of the table, such as `2.45 M`; NaN for `-`. */
function numberOf(cell) {
  const match = /^([\d.]+)(?: ([kM]))?$/.exec(cell);
  // Rounded: 10.06 times a million is not whole in binary.
  return match === null ? Number.NaN : Number((Number(match[1]) * (suffixes[match[2]] ?? 1)).toPrecision(6));
}

/** The rows of the table in docs/figures.md, the commit and the machine. */
export function ofDocument(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  const cellsOf = (line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const names = cellsOf(lines[0]);
  let title = '';
  const found = new Map();
  for (const cells of lines.map(cellsOf)) {
    if (cells[0] !== '') title = cells[0];
    found.set(`${title}/${cells[1]}`, Object.fromEntries(names.map((name, index) => [name, cells[index]])));
  }
  const rows = shownRows.map(({ title: wanted, unit, label }) => {
    const row = found.get(`${wanted}/${unit}`);
    if (row === undefined) throw new Error(`docs/figures.md has no row ${wanted}, ${unit}`);
    return rowOf(
      label,
      Object.fromEntries(peers.map((peer) => [peer, numberOf(row[peer])])),
      Number(row['ours / NATS']),
    );
  });
  return { rows, commit: /of commit (\w+)/.exec(text)[1], machine: /^\d+ x [^;]+/m.exec(text)[0] };
}

function medianOf(values) {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The rows of a result of the benchmark: medians of its rounds. The ratio is the median of the ratios of the rounds. */
export function ofResult({ workloads, machine }, commit) {
  const rows = shownRows.map(({ title, unit, label }) => {
    const workload = workloads.find((one) => one.title === title);
    const figure = workload?.figures.find((one) => one.unit === unit)?.name;
    if (figure === undefined) throw new Error(`the result has no row ${title}, ${unit}`);
    const runs = (peer) => (workload.runs[peer] ?? []).map((one) => one[figure]);
    const ratios = runs(ours).map((value, round) => value / runs('NATS')[round]);
    return rowOf(label, Object.fromEntries(peers.map((peer) => [peer, medianOf(runs(peer))])), medianOf(ratios));
  });
  return { rows, commit, machine };
}

const widthPx = 860;
const labelPx = 110;
const barPx = 13;
const gapPx = 4;
/** Readable on a light and on a dark background. */
const colours = { text: '#7b8190', [ours]: '#2f9e6e', other: '#a8adb7' };

const escaped = (text) => text.replace(/[&<>]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[letter]);
const textAt = (x, y, content, more = '') =>
  `<text x="${x}" y="${y}" fill="${colours.text}" ${more}>${escaped(content)}</text>`;

/** A figure with about three digits. */
function shown(value) {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  return value >= 1e4 ? `${(value / 1e3).toFixed(0)} k` : value.toFixed(0);
}

/** The chart as SVG: for each row one bar for each peer, as long as its share of the largest of the row. */
export function chart({ rows, commit, machine }) {
  const marks = [];
  let y = 24;
  for (const { label, values, ratio } of rows) {
    const against = Number.isFinite(ratio) ? `; ours / NATS ${ratio.toFixed(2)}` : '';
    marks.push(textAt(10, y, `${label}${against}`, 'font-weight="bold"'));
    y += 8;
    const most = Math.max(...values.map(({ value }) => value));
    for (const { peer, value } of values) {
      const length = Math.max(2, (value / most) * (widthPx - labelPx - 80)).toFixed(1);
      const colour = colours[peer] ?? colours.other;
      marks.push(textAt(labelPx - 8, y + barPx - 3, peer, 'text-anchor="end"'));
      marks.push(`<rect x="${labelPx}" y="${y}" width="${length}" height="${barPx}" rx="2" fill="${colour}"/>`);
      marks.push(textAt((labelPx + Number(length) + 6).toFixed(1), y + barPx - 3, shown(value)));
      y += barPx + gapPx;
    }
    y += 22;
  }
  marks.push(
    textAt(
      10,
      y,
      `Commit ${commit} on ${machine}; medians of interleaved rounds. Every publish of PulseMQ is acknowledged.`,
    ),
  );
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${y + 14}" font-family="sans-serif" font-size="11">`;
  return `${head}\n<title>PulseMQ beside NATS, Redis and libzmq</title>\n${marks.join('\n')}\n</svg>\n`;
}
