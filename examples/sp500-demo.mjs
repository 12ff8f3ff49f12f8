// Publishes the daily bars of the S&P 500 since 2000 (package vega-datasets) through a broker: every bar in each of the four
// formats, and the whole table as one Arrow DataFrame, to subscribers with and without wildcards. Then compares the received
// messages with the file: none missing, none twice, all values equal. Ends with exit code 1 when something differs.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PulseMQServer } from '@pulsemq/broker';
import { PulseMQClient } from '@pulsemq/client';

const namespace = 'sp500';
const formats = ['bytes', 'string', 'df_msgpack', 'df_pyarrow'];

/** The bars of the file, as dates and numbers. */
function readBars() {
  // The package exports only its code; the data is in the folder beside it.
  const main = fileURLToPath(import.meta.resolve('vega-datasets'));
  const path = join(dirname(main), '..', 'data', 'sp500-2000.csv');
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const names = head.trim().split(',');
  return lines.map((line) => {
    const cells = line.trim().split(',');
    return Object.fromEntries(
      names.map((name, at) => [name, name === 'date' ? new Date(cells[at]) : Number(cells[at])]),
    );
  });
}

/** Encodes a bar for each format, and decodes it. */
const codecs = {
  bytes: { out: (bar) => Buffer.from(JSON.stringify(bar)), back: (data) => reviveBar(JSON.parse(data.toString())) },
  string: { out: (bar) => JSON.stringify(bar), back: (data) => reviveBar(JSON.parse(data)) },
  df_msgpack: { out: (bar) => [bar], back: (data) => data.rows()[0] },
  df_pyarrow: { out: (bar) => [bar], back: (data) => data.rows()[0] },
};

const reviveBar = (bar) => ({ ...bar, date: new Date(bar.date) });
const isSame = (left, right) => JSON.stringify(left) === JSON.stringify(right);

/** Collects the messages of one subscription: bars by format and date, and whole tables. */
class Collector {
  bars = new Map();
  tables = [];
  twice = 0;
  count = 0;
  #expectedCount;
  #finish;
  /** Resolves when the expected number of messages has arrived. */
  complete = new Promise((resolve) => {
    this.#finish = resolve;
  });

  constructor(expectedCount) {
    this.#expectedCount = expectedCount;
  }

  take(message) {
    if (message.topic === 'table.daily') this.tables.push(message.data.rows());
    else this.#takeBar(message);
    this.count += 1;
    if (this.count === this.#expectedCount) this.#finish();
  }

  #takeBar(message) {
    const bar = codecs[message.format].back(message.data);
    const key = `${message.format} ${bar.date.toISOString()}`;
    if (this.bars.has(key)) this.twice += 1;
    this.bars.set(key, bar);
  }

  /** Compares the messages with the file. Returns the number of differences of each kind. */
  check(bars, wantedFormats, wantedTables) {
    let missing = 0;
    let different = 0;
    for (const format of wantedFormats) {
      for (const bar of bars) {
        const got = this.bars.get(`${format} ${bar.date.toISOString()}`);
        if (got === undefined) missing += 1;
        else if (!isSame(got, bar)) different += 1;
      }
    }
    const unexpected = this.bars.size - (wantedFormats.length * bars.length - missing);
    const wrongTables = this.tables.filter((rows) => !isSame(rows, bars)).length;
    if (this.tables.length !== wantedTables) missing += Math.abs(wantedTables - this.tables.length);
    return { missing, different: different + wrongTables, twice: this.twice, unexpected };
  }
}

const directory = mkdtempSync(join(tmpdir(), 'pulsemq-demo-'));
const server = new PulseMQServer({
  host: '127.0.0.1',
  pubPort: 0,
  adminPort: 0,
  workingDirectory: directory,
  console: null,
});
const { pubPort, subPort } = await server.start();
const { username, token } = JSON.parse(readFileSync(join(directory, '.pulsemq_admin'), 'utf8'));
const connect = async () => {
  const client = new PulseMQClient({ host: '127.0.0.1', pubPort, subPort, username, token });
  await client.connect();
  return client;
};
const bars = readBars();
console.log(`broker on ${pubPort} and ${subPort}; ${bars.length} bars from ${bars[0].date.toISOString().slice(0, 10)}`);

const publisher = await connect();
const reader = await connect();
const watched = [
  { pattern: '>', formats, tables: 1 },
  { pattern: 'bar.*', formats, tables: 0 },
  { pattern: 'bar.df_pyarrow', formats: ['df_pyarrow'], tables: 0 },
  { pattern: '*.daily', formats: [], tables: 1 },
];
for (const one of watched) {
  one.collector = new Collector(one.formats.length * bars.length + one.tables);
  one.subscription = await reader.subscribe(namespace, one.pattern, {
    onMessage: (message) => one.collector.take(message),
  });
}

const startedMs = performance.now();
for (const format of formats) {
  await Promise.all(
    bars.map((bar) => publisher.publish(namespace, `bar.${format}`, codecs[format].out(bar), { format })),
  );
  console.log(`published ${bars.length} bars as ${format}`);
}
await publisher.publish(namespace, 'table.daily', bars, { format: 'df_pyarrow', compress: 'zstd' });
console.log('published the whole table as one Arrow DataFrame, zstd');

// Acknowledged messages may still be on their way to the subscribers.
const deadline = setTimeout(() => {
  throw new Error('not all messages arrived within 30 s');
}, 30_000);
await Promise.all(watched.map((one) => one.collector.complete));
clearTimeout(deadline);
const seconds = ((performance.now() - startedMs) / 1_000).toFixed(2);

let isGood = true;
console.log('\npattern          received  missing  twice  different  unexpected');
for (const one of watched) {
  const { missing, different, twice, unexpected } = one.collector.check(bars, one.formats, one.tables);
  isGood &&= missing + different + twice + unexpected === 0;
  const figures = [one.collector.count, missing, twice, different, unexpected];
  const widths = [8, 7, 5, 9, 10];
  console.log(one.pattern.padEnd(17) + figures.map((figure, at) => String(figure).padStart(widths[at])).join('  '));
}
console.log(isGood ? `\nall messages equal the file, in ${seconds} s` : '\nsome messages differ from the file');

await publisher.close();
await reader.close();
await server.stop();
rmSync(directory, { recursive: true });
process.exitCode = isGood ? 0 : 1;
