import { expect } from 'vitest';
import type { ConsolePage } from '../support/console-page.js';

/** Replaces the generated password in the dialog that demands it. */
export async function choosePassword(console: ConsolePage, current: string, next: string): Promise<void> {
  const { password } = console.words;
  const { dialog } = console;
  await dialog.getByText(password.forcedTitle).waitFor();
  await dialog.getByLabel(password.current, { exact: true }).fill(current);
  await dialog.getByLabel(password.next, { exact: true }).fill(next);
  await dialog.getByLabel(password.again, { exact: true }).fill(next);
  await dialog.getByRole('button', { name: password.title }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await console.page.evaluate(() => Object.keys(localStorage).some((key) => key.includes('session')))).toBe(
    false,
  );
}

/** Logs out through the account menu. */
export async function logOut(console: ConsolePage): Promise<void> {
  const { top, login } = console.words;
  await console.button(top.account).click();
  await console.page.getByRole('menuitem', { name: top.logOut }).click();
  await console.page.getByText(login.title).waitFor();
}
