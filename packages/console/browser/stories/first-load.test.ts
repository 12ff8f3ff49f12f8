import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** How much a reader waits for, and what the page may do. */

let broker: Broker;

beforeAll(async () => {
  broker = await Broker.start();
  await broker.choosePassword('a password of noon');
});

afterAll(async () => {
  await broker?.stop();
});

const limitBytes = 500_000;
/** Meant: two seconds on a quiet machine. Asserted with ten times the room. */
const usableMs = 20_000;

/** What the broker sends a browser for it, counted on the wire. */
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

test('log-in and dashboard are under 500 kB compressed, and soon usable', async () => {
  const loaded = new Set<string>();
  const reader = await ConsolePage.open(broker, { language: 'zh', scheme: 'light', size: 'desktop' });
  try {
    reader.page.on('response', (response) => {
      if (/\.(js|css|svg|html)$|\/$/.test(new URL(response.url()).pathname)) loaded.add(response.url());
    });
    const start = performance.now();
    await reader.page.reload();
    await reader.page.getByLabel(reader.words.login.password, { exact: true }).waitFor();
    const logInMs = performance.now() - start;
    const before = performance.now();
    await reader.logIn();
    await reader.settled();
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
    await reader.close();
  }
});

test('the page may load only what this broker serves, and runs no script written into it', async () => {
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
