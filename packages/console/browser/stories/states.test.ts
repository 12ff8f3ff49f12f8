import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseRole } from '../pages/permissions.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** Pages without data, while loading, without permission, after a failure; and a form that is kept when the log-in ends. */

const password = 'a password of noon';

describe.each([
  { language: 'en', scheme: 'light', size: 'desktop' },
  { language: 'zh', scheme: 'dark', size: 'phone' },
] as const)('in $language, $scheme, on a $size', (viewer) => {
  let broker: Broker;
  let console: ConsolePage;

  beforeAll(async () => {
    broker = await Broker.start();
    await broker.choosePassword(password);
    console = await ConsolePage.loggedIn(broker, viewer);
  });

  afterAll(async () => {
    await console?.close();
    await broker?.stop();
  });

  test('an empty page says so in a sentence', async () => {
    const { topics, connections, slow, namespaces, permissions, publish, prices, messages } = console.words;
    for (const [name, path, text] of [
      ['topics', '/topics', topics.none],
      ['connections', '/connections', connections.none],
      ['connections-closed', '/connections?show=closed', connections.noneClosed],
      ['slow', '/slow', slow.none],
      ['namespaces', '/namespaces', namespaces.none],
      ['permissions', '/permissions', permissions.noNamespaces],
      ['publish', '/publish', publish.noNamespace],
      ['messages', '/messages', messages.noNamespace],
      ['prices', '/prices', prices.noNamespace],
    ] as const) {
      await console.go(path);
      await console.page.locator('#main').getByText(text).first().waitFor();
      await console.picture(`empty-${name}`);
      await console.expectSound(`nothing under ${path}`);
    }
  });

  test('the address of a deleted namespace says so', async () => {
    await console.go('/namespaces/99');
    await console.dialog.getByText(console.words.namespaces.missing).waitFor();
    await console.picture('missing-namespace');
    await console.expectSound('a missing namespace');
  });

  test('a page shows that it is loading', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await console.page.route('**/api/audit-logs*', async (route) => {
      await held;
      await route.continue();
    });
    await console.page.goto(`${broker.address}/#/audit`);
    await console.page.locator('#main [aria-busy="true"]').waitFor();
    await console.page.locator('#main h1').waitFor();
    await console.picture('loading');
    release();
    await console.settled();
    await console.page.locator('#main tbody tr').first().waitFor();
    await console.page.unroute('**/api/audit-logs*');
    await console.expectSound('after loading');
  });

  test('a form is kept when the log-in ends, and the broker is not reported as away', async () => {
    const { users, fields, actions, errors, login } = console.words;
    await console.go('/users');
    await console.button(users.create).click();
    await console.dialog.getByLabel(fields.username, { exact: true }).fill('half_typed');
    const next = `${password}, again`;
    // The broker ends the stream of figures with the log-in, and refuses what is asked under it.
    console.watch.isBrokerAway = true;
    await broker.choosePassword(next);
    await console.dialog.getByRole('button', { name: actions.create, exact: true }).click();
    const again = console.page.getByRole('dialog', { name: login.expired });
    await again.waitFor();
    expect(await console.page.getByText(errors.unreachable).count()).toBe(0);
    await console.picture('log-in-ended');
    expect(console.watch.takeFaults().filter((fault) => !fault.includes('401'))).toEqual([]);
    console.watch.isBrokerAway = false;
    await again.getByLabel(fields.password, { exact: true }).fill(next);
    await again.getByRole('button', { name: login.submit, exact: true }).click();
    await again.waitFor({ state: 'detached' });
    await console.dialog.getByRole('button', { name: actions.create, exact: true }).click();
    await console.dialog.locator(`[data-secret="${users.token}"]`).waitFor();
    await console.dialog.getByRole('button', { name: users.keptIt }).click();
    await console.expectSound('after the log-in');
    expect((await broker.call<unknown[]>('GET', '/api/users?text=half_typed')).length).toBe(1);
  });

  test('a user with the role admin sees only the permissions, and grants roles by username', async () => {
    const { nav, errors, fields, permissions } = console.words;
    const { id } = await broker.call<{ id: number }>('POST', '/api/namespaces', { name: 'research' });
    const lead = { username: 'quant_lead', password: 'the password of the lead' };
    await broker.call('POST', '/api/users', { username: lead.username });
    await broker.call('POST', `/api/namespaces/${id}/permissions`, { username: lead.username, role: 'admin' });
    const [user] = await broker.call<{ id: number }[]>('GET', `/api/users?text=${lead.username}`);
    await broker.call('POST', `/api/users/${user!.id}/password`, { password: lead.password });
    const own = await ConsolePage.open(broker, viewer);
    try {
      await own.logIn(lead);
      await own.dialog.waitFor();
      const { password: words } = own.words;
      await own.dialog.getByLabel(words.current, { exact: true }).fill(lead.password);
      await own.dialog.getByLabel(words.next, { exact: true }).fill(`${lead.password} too`);
      await own.dialog.getByLabel(words.again, { exact: true }).fill(`${lead.password} too`);
      await own.dialog.getByRole('button', { name: words.title }).click();
      await own.dialog.waitFor({ state: 'detached' });
      await own.page.getByRole('heading', { level: 1, name: nav.permissions, exact: true }).waitFor();
      await own.settled();
      for (const username of ['half_typed', 'nobody_here']) {
        await own.page.getByLabel(fields.username, { exact: true }).fill(username);
        await own.button(permissions.addUser).click();
        await chooseRole(own, { username, namespace: 'research', role: 'pub' });
      }
      await own.picture('permissions-of-manager');
      await own.expectSound('the page of a manager');
      const review = new RegExp(`^${permissions.review_other.replace('{{n}}', '\\d+')}$`);
      await own.page.getByRole('button', { name: review }).click();
      const apply = own.dialog.getByRole('button', {
        name: new RegExp(permissions.apply_other.replace('{{n}}', '\\d+')),
      });
      await apply.click();
      await own.dialog.locator('p[lang="en"]', { hasText: 'nobody_here' }).waitFor();
      await own.picture('review-refused');
      expect(own.watch.takeFaults().filter((fault) => !fault.includes('400'))).toEqual([]);
      const grants = await broker.call<{ username: string; role: string }[]>('GET', '/api/permissions');
      expect(grants.map(({ username, role }) => `${username} ${role}`).sort()).toEqual([
        'half_typed pub',
        'quant_lead admin',
      ]);
      await own.page.keyboard.press('Escape');
      await own.go('/users');
      await own.page.getByText(errors.noPermission).waitFor();
      await own.picture('no-permission');
      await own.expectSound('a page without permission');
    } finally {
      await own.close();
    }
  });

  test('a page that cannot be loaded says why, and tries again on demand', async () => {
    const { errors, actions } = console.words;
    console.watch.isBrokerAway = true;
    await broker.kill();
    await console.page.goto(`${broker.address}/#/namespaces`);
    await console.page.goto(`${broker.address}/#/topics`);
    await console.page.locator('#main [role="alert"]').getByText(errors.unreachable).waitFor();
    await console.button(actions.retry).waitFor();
    await console.picture('error');
    await console.expectSound('what cannot be loaded');
    await broker.up();
    await console.button(actions.retry).click();
    await console.page.locator('#main').getByText(console.words.topics.none).first().waitFor();
    console.watch.isBrokerAway = false;
    await console.expectSound('after trying again');
  });
});
