// Replays the daily bars of the S&P 500 since 2000 (package vega-datasets) through a broker: every bar in each of the four
// formats, and the whole table as one Arrow DataFrame, to subscribers with and without wildcards. Then checks what arrived
// against the file: nothing missing, nothing twice, values equal. Exit code 1 when something differs.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PulseMQServer } from '@pulsemq/broker';
import { PulseMQClient } from '@pulsemq/client';

const namespace = 'sp500';
const formats = ['bytes', 'string', 'df_msgpack', 'df_pyarrow'];

/** The bars as the file has them: dates and numbers. */
function readBars() {
  // The package exports its code only; its data lies beside it.
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

/** One bar as each format carries it, and back. */
const codecs = {
  bytes: { out: (bar) => Buffer.from(JSON.stringify(bar)), back: (data) => reviveBar(JSON.parse(data.toString())) },
  string: { out: (bar) => JSON.stringify(bar), back: (data) => reviveBar(JSON.parse(data)) },
  df_msgpack: { out: (bar) => [bar], back: (data) => data.rows()[0] },
  df_pyarrow: { out: (bar) => [bar], back: (data) => data.rows()[0] },
};

const reviveBar = (bar) => ({ ...bar, date: new Date(bar.date) });
const isSame = (left, right) => JSON.stringify(left) === JSON.stringify(right);

/** Gathers what one subscription receives, by format and date, and the whole tables. */
class Collector {
  bars = new Map();
  tables = [];
  twice = 0;
  count = 0;

  take(message) {
    this.count += 1;
    if (message.topic === 'table.daily') {
      this.tables.push(message.data.rows());
      return;
    }
    const bar = codecs[message.format].back(message.data);
    const key = `${message.format} ${bar.date.toISOString()}`;
    if (this.bars.has(key)) this.twice += 1;
    this.bars.set(key, bar);
  }

  /** Compares with the file; returns one line of figures, and what is wrong. */
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
  one.collector = new Collector();
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

// Every message was acknowledged, so it is on its way; the last one is the table.
const expectedCount = (one) => one.formats.length * bars.length + one.tables;
await new Promise((resolve, reject) => {
  const deadline = setTimeout(() => {
    clearInterval(timer);
    reject(new Error('not everything arrived within 30 s'));
  }, 30_000);
  const timer = setInterval(() => {
    if (!watched.every((one) => one.collector.count >= expectedCount(one))) return;
    clearInterval(timer);
    clearTimeout(deadline);
    resolve();
  }, 10);
});
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
console.log(isGood ? `\nall equal to the file, in ${seconds} s` : '\nsomething differs from the file');

await publisher.close();
await reader.close();
await server.stop();
rmSync(directory, { recursive: true });
process.exitCode = isGood ? 0 : 1;
