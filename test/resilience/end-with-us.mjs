// What a test has started ends with it: a test that fails leaves no process behind.
const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Kills the process when this one ends, unless it has ended before. */
export function endWithUs(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
}
