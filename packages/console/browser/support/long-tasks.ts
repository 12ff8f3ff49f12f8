import type { Page } from 'playwright-core';

/** The longest task of the page's main thread while `act` runs, in milliseconds. 0 means that none took 50 ms or more. */
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
