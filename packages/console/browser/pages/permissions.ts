import type { ConsolePage } from '../support/console-page.js';

/** A role, as the menu of a cell offers it. */
export type Role = 'none' | 'sub' | 'pub' | 'admin';

export interface Grant {
  readonly username: string;
  readonly namespace: string;
  readonly role: Role;
}

/** Opens the cell of a user and a namespace, and chooses a role in its menu. */
export async function chooseRole(console: ConsolePage, { username, namespace, role }: Grant): Promise<void> {
  await console.page.getByRole('button', { name: new RegExp(`^${username} · ${namespace}:`) }).click();
  await console.page.getByRole('menuitem', { name: console.words.roleLines[role] }).click();
}

/** Sets cells of the matrix, reviews the changes, and applies them. */
export async function grantInMatrix(console: ConsolePage, grants: readonly Grant[]): Promise<void> {
  const { permissions } = console.words;
  await console.go('/permissions');
  for (const grant of grants) {
    await chooseRole(console, grant);
  }
  await console.expectSound('the matrix with changes');
  await console.picture('permissions-changed');
  await console.page
    .getByRole('button', { name: new RegExp(`^${permissions.review_other.replace('{{n}}', '\\d+')}$`) })
    .click();
  await console.dialog.getByRole('table', { name: permissions.reviewTitle }).waitFor();
  for (const { username } of grants) await console.dialog.getByText(username, { exact: true }).waitFor();
  await console.expectSound('the review');
  await console.picture('permissions-review');
  await console.dialog
    .getByRole('button', { name: new RegExp(permissions.apply_other.replace('{{n}}', '\\d+')) })
    .click();
  await console.dialog.waitFor({ state: 'detached' });
}
