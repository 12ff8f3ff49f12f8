/**
 * Runs callbacks once in the next frame, all of them in one task, so that React renders once for all. A hidden tab has no frames: there
 * a timer runs them.
 */

/** Time after which a timer runs what no frame has run: a tab that is hidden, or out of view. Browsers stretch it to 1 s or more. */
const withoutFrameMs = 1_000;
/** Time of a frame where the platform has no requestAnimationFrame. */
const frameMs = 16;

const hasFrames = typeof requestAnimationFrame === 'function';
const waiting = new Set<() => void>();
let frame = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Calls back in the next frame. A callback that waits already is called once. */
export function inNextFrame(callback: () => void): void {
  waiting.add(callback);
  if (timer !== undefined) return;
  if (hasFrames) frame = requestAnimationFrame(run);
  timer = setTimeout(run, hasFrames ? withoutFrameMs : frameMs);
}

function run(): void {
  clearTimeout(timer);
  timer = undefined;
  if (hasFrames) cancelAnimationFrame(frame);
  const callbacks = [...waiting];
  waiting.clear();
  for (const callback of callbacks) callback();
}
