/** Resolves when `work` has ended, well or not, or after `timeoutMs`: at the end of the broker nothing may wait for ever. */
export async function within(timeoutMs: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([Promise.allSettled([work]), late]);
  clearTimeout(timer);
}
