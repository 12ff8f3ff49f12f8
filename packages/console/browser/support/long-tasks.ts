import type { Page } from 'playwright-core';

/** Longest task of a page's main thread while `act` runs, in milliseconds; 0 when none took 50 or more. */
export async function longestTaskMs(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const kept = { longestMs: 0 };
    Object.assign(window, { pulsemqTasks: kept });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) kept.longestMs = Math.max(kept.longestMs, duration);
    }).observe({ entryTypes: ['longtask'] });
  });
  await act();
  return page.evaluate(() => (window as unknown as { pulsemqTasks: { longestMs: number } }).pulsemqTasks.longestMs);
}
