// What a container of the broker must do, however it runs: answer its health check, take a message and give its last value, make a backup,
// keep its data over a restart, and end with 0.

/**
 * `start` starts it and answers `{ exec, stop }`. `exec(words)` runs a program in it and answers `{ status, stdout, stderr }`; `stop` ends it
 * as Docker does and answers its exit code. `healthCheck`: words of the health check.
 */
export async function checkBroker(start, healthCheck, check) {
  let container = await start();
  const healthy = () => untilHealthy(() => container.exec(healthCheck));
  const said = (...words) => {
    const { status, stdout, stderr } = container.exec(['pulsemq', ...words]);
    if (status !== 0) throw new Error(`pulsemq ${words.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  };
  check(await healthy(), 'the health check passes');
  said('ns', 'create', 'market', '--keep-last-value');
  check(said('pub', 'market:600000.SH.price', '10.55').includes('published 1 message'), 'a message is published');
  check(said('last', 'market:>').includes('10.55'), 'its value is kept');
  check(/checked/.test(said('backup', '/data/a.backup')), 'a backup is made');
  check(container.exec(['sh', '-c', 'touch /app/x']).status !== 0, 'its programs cannot be written');
  check((await container.stop()) === 0, 'SIGTERM ends it with 0');
  check(container.exec(healthCheck).status !== 0, 'the health check fails when it has ended');
  container = await start();
  check(await healthy(), 'it starts again on the same data');
  check(said('ns', 'list').includes('market'), 'its data is there');
  check((await container.stop()) === 0, 'SIGTERM ends it with 0 again');
}

/** How often a health check is tried: a start takes a second or two. */
const tryCount = 60;

async function untilHealthy(probe) {
  for (let count = 0; count < tryCount; count++) {
    if (probe().status === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}
