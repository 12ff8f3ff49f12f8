import type { ConsolePage } from '../support/console-page.js';

/** Makes a user and returns the token, which the page shows this once. */
export async function createUser(console: ConsolePage, username: string): Promise<string> {
  const { users, actions } = console.words;
  await console.go('/users');
  await console.button(users.create).click();
  await console.dialog.getByLabel(users.username, { exact: true }).fill(username);
  await console.dialog.getByRole('button', { name: actions.create, exact: true }).click();
  const token = await console.dialog.locator(`[data-secret="${users.token}"]`).innerText();
  await console.expectSound(`the token of ${username}`);
  await console.picture(`token-once`);
  await console.dialog.getByRole('button', { name: users.keptIt }).click();
  await console.dialog.waitFor({ state: 'detached' });
  return token;
}
