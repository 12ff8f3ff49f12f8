import { afterAll, beforeAll, expect, test } from 'vitest';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** The console without a mouse: find, go, search, help, close, and a focus that is always visible. */

let broker: Broker;
let console: ConsolePage;

beforeAll(async () => {
  broker = await Broker.ready();
  await broker.call('POST', '/api/users', { username: 'strategy_alpha' });
  const message = { namespace: 'market_data', topic: 'sh600519.tick', format: 'string', data: '1' };
  await broker.call('POST', '/api/publish', message);
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await broker?.stop();
});

const heading = (): Promise<string> => console.page.locator('#main h1').first().innerText();

/** Presses keys one after the other. */
async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await console.page.keyboard.press(key);
}

test('`g` and a letter go to a page', async () => {
  const { nav } = console.words;
  for (const [key, name] of [
    ['t', nav.topics],
    ['c', nav.connections],
    ['s', nav.slow],
    ['u', nav.users],
    ['x', nav.publish],
    ['e', nav.settings],
    ['h', nav.help],
    ['d', nav.dashboard],
  ] as const) {
    await press('g', key);
    await console.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    expect(await heading()).toBe(name);
  }
});

test('the palette finds a topic, a user, a namespace and a page', async () => {
  for (const [text, address] of [
    ['600519', /#\/topics\/1$/],
    ['strategy_al', /#\/users\/\d+$/],
    ['market_d', /#\/namespaces/],
    ['slow', /#\/slow$/],
  ] as const) {
    await press('Control+k');
    await console.page.getByRole('combobox', { name: console.words.palette.placeholder }).fill(text);
    const first = console.page.getByRole('option').first();
    await first.waitFor();
    await console.page
      .getByRole('option', { name: new RegExp(text, 'i') })
      .first()
      .waitFor();
    await console.picture('palette');
    await console.expectSound(`the palette with ${text}`);
    await press('Enter');
    await console.page.waitForURL(address);
    await console.page.getByRole('dialog', { name: console.words.top.find }).waitFor({ state: 'detached' });
  }
});

test('the palette says when it finds nothing, and Esc closes it', async () => {
  await press('Control+k');
  await console.page.getByRole('combobox', { name: console.words.palette.placeholder }).fill('nowhere at all');
  await console.dialog.getByText('nowhere at all').waitFor();
  await console.picture('palette-nothing');
  await press('Escape');
  await console.dialog.waitFor({ state: 'detached' });
});

test('`/` searches the page, and Esc leaves the search empty', async () => {
  await console.go('/users');
  await press('/');
  await console.page.keyboard.type('alpha');
  const field = console.page.locator('[data-page-search]');
  expect(await field.inputValue()).toBe('alpha');
  await press('Escape');
  expect(await field.inputValue()).toBe('');
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(false);
});

test('`?` lists the keys, and keys do nothing while a dialog is open', async () => {
  await press('?');
  await console.dialog.getByText(console.words.keys.title).waitFor();
  await console.expectSound('the list of keys');
  await console.picture('keys');
  await press('g', 't');
  expect(await heading()).toBe(console.words.nav.users);
  await press('Escape');
  await console.dialog.waitFor({ state: 'detached' });
});

test('the focused element is visible', async () => {
  await console.go('/topics');
  await console.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const unseen: string[] = [];
  for (let step = 0; step < 30; step += 1) {
    await press('Tab');
    const plain = await console.page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(element);
      element.setAttribute('data-was-focused', '');
      const isShown = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      const isField = element.matches('input') && borderColor !== '';
      const ringed = element.closest('label, [data-focus-ring]');
      return isShown || isField || ringed !== null ? null : element.outerHTML.slice(0, 160);
    });
    if (plain !== null) unseen.push(plain);
  }
  expect(unseen).toEqual([]);
  expect(await console.page.locator('[data-was-focused]').count()).toBeGreaterThan(10);
});
