import { afterAll, beforeAll, test } from 'vitest';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** A message in each format, and what a subscriber receives. */

const cells = 'time,open,high,low,close,volume\n2026-11-25,10,10.6,9.9,10.55,300\n2026-11-26,10.55,11,10.4,10.9,450\n';

let broker: Broker;
let console: ConsolePage;

beforeAll(async () => {
  broker = await Broker.ready();
  console = await ConsolePage.loggedIn(broker, { language: 'zh', scheme: 'light', size: 'desktop' });
  await console.go('/publish');
});

afterAll(async () => {
  await console?.close();
  await broker?.stop();
});

test.each([
  ['string', '{"price": 10.55}', '10.55'],
  ['bytes', '价格', 'e4 bb b7 e6 a0 bc'],
  ['df_msgpack', cells, '10.55'],
  ['df_pyarrow', cells, '10.55'],
] as const)('%s goes out and comes back', async (format, text, shown) => {
  const { publish, actions } = console.words;
  const choose = (choice: string): Promise<void> =>
    console.page.locator('#main [role="radiogroup"]').getByText(choice, { exact: true }).first().click();
  await choose(publish.formats[format]);
  if (format === 'bytes') await choose(publish.notations.text);
  const label = format === 'string' ? publish.text : format === 'bytes' ? publish.bytes : publish.csv;
  await console.page.getByRole('textbox', { name: label }).fill(text);
  await console.button(actions.publish).click();
  await console.page.getByText(publish.echoed.replace('{{topic}}', 'market_data:demo.hello')).waitFor();
  const heading = console.page.getByRole('heading', { name: publish.result, exact: true });
  const outcome = console.page.locator('#main section').filter({ has: heading }).last();
  await outcome.getByText(shown).first().waitFor();
  await console.picture(`publish-${format}`);
  await console.expectSound(`the round trip of ${format}`);
});
