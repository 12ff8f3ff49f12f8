import type { ConsolePage } from '../support/console-page.js';

/** Creates a namespace that keeps last values. */
export async function createNamespace(console: ConsolePage, name: string): Promise<void> {
  const { namespaces, actions } = console.words;
  await console.go('/namespaces');
  await console.button(namespaces.create).first().click();
  await console.dialog.getByLabel(namespaces.name, { exact: true }).fill(name);
  await console.expectSound('a new namespace');
  await console.picture('namespace-new');
  await console.dialog.getByRole('button', { name: actions.create, exact: true }).click();
  await console.dialog.waitFor({ state: 'detached' });
  await console.page.locator('#main').getByText(name, { exact: true }).first().waitFor();
}
