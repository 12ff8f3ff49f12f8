import type { Locator } from 'playwright-core';
import type { ConsolePage } from '../support/console-page.js';

/** The row of a topic on the board. */
export const boardRow = (console: ConsolePage, topic: string): Locator =>
  console.page.locator('#main tbody tr', { has: console.page.getByText(topic, { exact: true }) });

/** The cell of a topic under a head, which may be followed by a unit. */
export async function boardCell(console: ConsolePage, topic: string, head: string): Promise<Locator> {
  await console.page.locator('#main thead th', { hasText: head }).first().waitFor();
  const heads = await console.page.locator('#main thead th').allInnerTexts();
  const at = heads.findIndex((text) => text.trim() === head || text.startsWith(`${head} `));
  return boardRow(console, topic).locator('td').nth(at);
}

/** Resolves when the cell of a topic has the text. */
export async function waitForCell(console: ConsolePage, topic: string, head: string, text: string): Promise<void> {
  const cell = await boardCell(console, topic, head);
  await cell.getByText(text, { exact: true }).waitFor();
}
