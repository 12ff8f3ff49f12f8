import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** What a page says when there is nothing, when it waits, when it may not, when it cannot; and that a form outlives a log-in. */

const password = 'a password of noon';

describe.each([
  { language: 'en', scheme: 'light', size: 'desktop' },
  { language: 'zh', scheme: 'dark', size: 'phone' },
] as const)('in $language, $scheme, on a $size', (reader) => {
  let broker: Broker;
  let console: ConsolePage;

  beforeAll(async () => {
    broker = await Broker.start();
    await broker.choosePassword(password);
    console = await ConsolePage.open(broker, reader);
    await console.logIn();
    await console.settled();
  });

  afterAll(async () => {
    await console?.close();
    await broker?.stop();
  });

  test('where nothing is, a sentence says so', async () => {
    const { topics, connections, slow, namespaces, permissions, publish } = console.words;
    for (const [name, path, text] of [
      ['topics', '/topics', topics.none],
      ['connections', '/connections', connections.none],
      ['connections-closed', '/connections?show=closed', connections.noneClosed],
      ['slow', '/slow', slow.none],
      ['namespaces', '/namespaces', namespaces.none],
      ['permissions', '/permissions', permissions.noNamespaces],
      ['publish', '/publish', publish.noNamespace],
    ] as const) {
      await console.go(path);
      await console.page.locator('#main').getByText(text).first().waitFor();
      await console.picture(`empty-${name}`);
      await console.expectSound(`nothing under ${path}`);
    }
  });

  test('what is not there is said', async () => {
    await console.go('/namespaces/99');
    await console.dialog.getByText(console.words.namespaces.gone).waitFor();
    await console.picture('gone-namespace');
    await console.expectSound('a namespace that is gone');
  });

  test('what takes its time is seen to', async () => {
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

  test('a form outlives the log-in it was begun under, and nobody says that the broker is away', async () => {
    const { users, actions, login, link } = console.words;
    await console.go('/users');
    await console.button(users.create).click();
    await console.dialog.getByLabel(users.username, { exact: true }).fill('half_typed');
    const next = `${password}, again`;
    // The broker ends the stream of figures with the log-in, and refuses what is asked under it.
    console.watch.isBrokerAway = true;
    await broker.choosePassword(next);
    await console.dialog.getByRole('button', { name: actions.create, exact: true }).click();
    const again = console.page.getByRole('dialog', { name: login.expired });
    await again.waitFor();
    expect(await console.page.getByText(link.lost).count()).toBe(0);
    await console.picture('log-in-ended');
    expect(console.watch.takeFaults().filter((fault) => !fault.includes('401'))).toEqual([]);
    console.watch.isBrokerAway = false;
    await again.getByLabel(login.password, { exact: true }).fill(next);
    await again.getByRole('button', { name: login.submit, exact: true }).click();
    await again.waitFor({ state: 'detached' });
    await console.dialog.getByRole('button', { name: actions.create, exact: true }).click();
    await console.dialog.locator(`[data-secret="${users.token}"]`).waitFor();
    await console.dialog.getByRole('button', { name: users.keptIt }).click();
    await console.expectSound('after the log-in');
    expect((await broker.call<unknown[]>('GET', '/api/users?text=half_typed')).length).toBe(1);
  });

  test('a namespace’s admin sees its page alone, and grants by name', async () => {
    const { nav, errors, permissions, roles } = console.words;
    const { id } = await broker.call<{ id: number }>('POST', '/api/namespaces', { name: 'research' });
    const lead = { username: 'quant_lead', password: 'the password of the lead' };
    await broker.call('POST', '/api/users', { username: lead.username });
    await broker.call('POST', `/api/namespaces/${id}/permissions`, { username: lead.username, role: 'admin' });
    const [user] = await broker.call<{ id: number }[]>('GET', `/api/users?text=${lead.username}`);
    await broker.call('POST', `/api/users/${user!.id}/password`, { password: lead.password });
    const own = await ConsolePage.open(broker, reader);
    try {
      await own.logIn(lead);
      await own.dialog.waitFor();
      const { password: words } = own.words;
      await own.dialog.getByLabel(words.current, { exact: true }).fill(lead.password);
      await own.dialog.getByLabel(words.next, { exact: true }).fill(`${lead.password} too`);
      await own.dialog.getByLabel(words.again, { exact: true }).fill(`${lead.password} too`);
      await own.dialog.getByRole('button', { name: words.submit }).click();
      await own.dialog.waitFor({ state: 'detached' });
      await own.page.getByRole('heading', { level: 1, name: nav.permissions, exact: true }).waitFor();
      await own.settled();
      for (const username of ['half_typed', 'nobody_here']) {
        await own.page.getByLabel(permissions.userName, { exact: true }).fill(username);
        await own.button(permissions.addUser).click();
        await own.page.getByRole('button', { name: new RegExp(`^${username} · research:`) }).click();
        await own.page.getByRole('menuitem', { name: roles.pub }).first().click();
      }
      await own.picture('permissions-of-manager');
      await own.expectSound('the page of a manager');
      const review = new RegExp(`^${permissions.review_other.replace('{{n}}', '\\d+')}$`);
      await own.page.getByRole('button', { name: review }).click();
      const apply = own.dialog.getByRole('button', {
        name: new RegExp(permissions.apply_other.replace('{{n}}', '\\d+')),
      });
      await apply.click();
      await own.dialog.getByText('there is no user nobody_here').waitFor();
      await own.picture('review-refused');
      expect(own.watch.takeFaults().filter((fault) => !fault.includes('400'))).toEqual([]);
      const grants = await broker.call<{ username: string; role: string }[]>('GET', '/api/permissions');
      expect(grants.map(({ username, role }) => `${username} ${role}`).sort()).toEqual([
        'half_typed pub',
        'quant_lead admin',
      ]);
      await own.page.keyboard.press('Escape');
      await own.go('/users');
      await own.page.getByText(errors.noRight).waitFor();
      await own.picture('no-right');
      await own.expectSound('a page without a right to it');
    } finally {
      await own.close();
    }
  });

  test('what cannot be loaded says why, with a way to try again', async () => {
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
