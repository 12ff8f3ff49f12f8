import { afterAll, beforeAll, expect, test } from 'vitest';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';
import { signatureOf, WebhookReceiver } from '../support/webhook-receiver.js';

/** An operator sets up a webhook and a rule, sees the alert on every page, acknowledges it and mutes it. */

let broker: Broker;
let receiver: WebhookReceiver;
let console: ConsolePage;
let secret = '';

beforeAll(async () => {
  broker = await Broker.ready();
  receiver = await WebhookReceiver.start();
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await receiver?.stop();
  await broker?.stop();
});

test('a webhook shows its secret once, and a test reaches it, signed', async () => {
  const { alerts, namespaces, actions, users } = console.words;
  await console.go('/settings');
  await console.button(alerts.addWebhook).click();
  await console.dialog.getByLabel(namespaces.name, { exact: true }).fill('on call');
  await console.dialog.getByLabel(alerts.url, { exact: true }).fill(receiver.url);
  await console.expectSound('a new webhook');
  await console.dialog.getByRole('button', { name: actions.create, exact: true }).click();
  secret = await console.dialog.locator(`[data-secret="${alerts.secret}"]`).innerText();
  await console.picture('webhook-secret');
  await console.expectSound('the secret of a webhook');
  await console.dialog.getByRole('button', { name: users.keptIt }).click();
  await console.dialog.waitFor({ state: 'detached' });
  await console.button(alerts.test).click();
  await console.page.getByText(alerts.answered.replace('{{status}}', '204')).waitFor();
  const received = await receiver.next('test');
  expect(received.signature).toBe(signatureOf(received, secret));
});

test('a rule fires: the badge, the title of the tab and the webhook say so', async () => {
  const { alerts, namespaces, actions, nav } = console.words;
  await console.button(alerts.addRule).click();
  await console.dialog.getByLabel(namespaces.name, { exact: true }).fill('Feed lost');
  await console.dialog.getByRole('combobox', { name: alerts.kind, exact: true }).click();
  await console.page.getByRole('option', { name: alerts.kinds.publisher_gone, exact: true }).click();
  await console.expectSound('a new rule');
  await console.picture('alert-rule');
  await console.dialog.getByRole('button', { name: actions.create, exact: true }).click();
  await console.dialog.waitFor({ state: 'detached' });
  await console.page.getByRole('table', { name: alerts.rules }).getByText('Feed lost').waitFor();
  const publisher = await broker.client(broker.admin.username, broker.admin.token);
  await publisher.publish('market_data', 'sh600519.tick', '{"price": 1}', { format: 'string' });
  await publisher.close();
  const badge = console.page.getByRole('link', { name: /^1 alert/ });
  await badge.waitFor();
  await console.page.waitForFunction((title) => document.title === title, `(1) ${nav.settings} · PulseMQ`);
  await console.picture('settings-alerts');
  await console.expectSound('the settings with an alert');
  const received = await receiver.next('firing');
  expect(received.message.alert?.rule_name).toBe('Feed lost');
  expect(received.signature).toBe(signatureOf(received, secret));
  await badge.click();
  await console.page.getByRole('heading', { level: 1, name: nav.alerts, exact: true }).waitFor();
});

test('an alert is acknowledged, muted and heard again', async () => {
  const { alerts, nav } = console.words;
  const row = console.page.locator('#main tbody tr', { hasText: 'Feed lost' });
  await row.getByText(alerts.states.firing, { exact: true }).waitFor();
  await console.picture('alerts');
  await console.expectSound('an alert that fires');
  await row.getByRole('button', { name: alerts.mute, exact: true }).click();
  await console.page.getByRole('menuitem', { name: alerts.spans.hour, exact: true }).click();
  await row.getByText(alerts.muted, { exact: true }).waitFor();
  await console.page.getByRole('link', { name: alerts.badgeNone, exact: true }).waitFor();
  await console.page.waitForFunction((title) => document.title === title, `${nav.alerts} · PulseMQ`);
  await row.getByRole('button', { name: alerts.unmute, exact: true }).click();
  await console.page.getByRole('link', { name: /^1 alert/ }).waitFor();
  await row.getByRole('button', { name: alerts.acknowledge, exact: true }).click();
  await row.getByText(alerts.states.acknowledged, { exact: true }).waitFor();
  await console.page.getByRole('link', { name: alerts.badgeNone, exact: true }).waitFor();
  const title = await row.locator(`[title*="${broker.admin.username}"]`).getAttribute('title');
  expect(title).toContain(broker.admin.username);
  await console.page.getByRole('menu').waitFor({ state: 'detached' });
  await console.picture('alerts-acknowledged');
  await console.expectSound('an acknowledged alert');
});

test('a rule that is deleted resolves its alert', async () => {
  const { alerts } = console.words;
  await console.go('/settings');
  const rules = console.page.getByRole('table', { name: alerts.rules });
  await rules.getByRole('button', { name: alerts.delete, exact: true }).click();
  await console.dialog.getByText(alerts.deleteRuleText).waitFor();
  await console.dialog.getByRole('button', { name: alerts.delete, exact: true }).click();
  await console.page.getByText(alerts.noRules).waitFor();
  await console.go('/alerts');
  await console.page.getByText(alerts.none.open).waitFor();
  await console.go('/alerts?show=resolved');
  await console.page.locator('#main tbody tr', { hasText: 'Feed lost' }).getByText(alerts.states.resolved).waitFor();
  await console.expectSound('resolved alerts');
});
