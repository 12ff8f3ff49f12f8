import type { ConsolePage } from '../support/console-page.js';

/** Creates a user and returns the token, which the page shows once. */
export async function createUser(console: ConsolePage, username: string): Promise<string> {
  const { users, fields, actions } = console.words;
  await console.go('/users');
  await console.button(users.create).click();
  await console.dialog.getByLabel(fields.username, { exact: true }).fill(username);
  await console.dialog.getByRole('button', { name: actions.create, exact: true }).click();
  const token = await console.dialog.locator(`[data-secret="${users.token}"]`).innerText();
  await console.expectSound(`the token of ${username}`);
  await console.picture(`token-once`);
  await console.dialog.getByRole('button', { name: users.keptIt }).click();
  await console.dialog.waitFor({ state: 'detached' });
  return token;
}
