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

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The events of the browser's trace while `act` runs. */
async function traceOf(page: Page, act: () => Promise<void>): Promise<readonly TraceEvent[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'] },
  });
  await act();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return events;
}

/**
 * The most processor time that one task of the page's main thread took while `act` runs, in milliseconds. Unlike the length of a
 * task, it leaves out the time in which other programs had the processor.
 */
export async function busiestTaskMs(page: Page, act: () => Promise<void>): Promise<number> {
  const events = await traceOf(page, act);
  const placeOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const isMain = ({ name, args }: TraceEvent): boolean => name === 'thread_name' && args?.name === 'CrRendererMain';
  const mainThreads = new Set(events.filter(isMain).map(placeOf));
  const tasks = events.filter((event) => event.name.endsWith('RunTask') && mainThreads.has(placeOf(event)));
  if (tasks.length === 0) throw new Error('the trace has no task of the page');
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}
