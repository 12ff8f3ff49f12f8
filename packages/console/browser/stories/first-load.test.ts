import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** The size of the first load, and what the page may do. */

let broker: Broker;

beforeAll(async () => {
  broker = await Broker.start();
  await broker.choosePassword('a password of noon');
});

afterAll(async () => {
  await broker?.stop();
});

const limitBytes = 300_000;
/** The goal is two seconds. Ten times that, since the machine may be busy. */
const usableMs = 20_000;

/** Bytes that the broker sends for a file, compressed as for a browser. */
const sentBytes = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip, deflate, br' } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve(bytes));
    }).on('error', reject);
  });

test('the log-in page and the dashboard are under 300 kB compressed, and load in time', async () => {
  const loaded = new Set<string>();
  const viewer = await ConsolePage.open(broker, { language: 'zh', scheme: 'light', size: 'desktop' });
  try {
    viewer.page.on('response', (response) => {
      if (/\.(js|css|svg|html)$|\/$/.test(new URL(response.url()).pathname)) loaded.add(response.url());
    });
    const start = performance.now();
    await viewer.page.reload();
    await viewer.page.getByLabel(viewer.words.fields.password, { exact: true }).waitFor();
    const logInMs = performance.now() - start;
    const before = performance.now();
    await viewer.logIn();
    await viewer.settled();
    const dashboardMs = performance.now() - before;
    const sizes = await Promise.all([...loaded].map(sentBytes));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    process.stdout.write(
      `first load: ${sizes.length} files, ${(total / 1000).toFixed(0)} kB compressed; log-in page after ${logInMs.toFixed(0)} ms, dashboard ${dashboardMs.toFixed(0)} ms after the button\n`,
    );
    expect(sizes.length).toBeGreaterThan(5);
    expect(total).toBeLessThan(limitBytes);
    expect(logInMs).toBeLessThan(usableMs);
    expect(dashboardMs).toBeLessThan(usableMs);
    expect([...loaded].filter((url) => url.includes('price-chart'))).toEqual([]);
  } finally {
    await viewer.close();
  }
});

test('the page may load only files of this broker, and has no inline script', async () => {
  const response = await fetch(`${broker.address}/`);
  const policy = response.headers.get('content-security-policy') ?? '';
  const rules = new Map(
    policy.split('; ').map((rule): [string, string] => {
      const [name = '', ...values] = rule.split(' ');
      return [name, values.join(' ')];
    }),
  );
  expect(rules.get('default-src')).toBe("'none'");
  expect(rules.get('script-src')).toBe("'self'");
  expect(rules.get('connect-src')).toBe("'self'");
  expect(rules.get('frame-ancestors')).toBe("'none'");
  expect(rules.get('base-uri')).toBe("'none'");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await response.text()).not.toMatch(/<script(?![^>]*\bsrc=)/);
});
