// Runs the broker as the child process of the Python class PulseMQServer (clients/python-broker). The parent writes one line of JSON to
// standard input, the settings, and keeps it open: when it ends, the broker ends too, also after the parent was killed. Standard output
// has one line of JSON for each event, `up` or `failed`; standard error has the log.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { environmentLayer, PulseMQServer } from '@pulsemq/broker';

const send = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

const input = createInterface({ input: process.stdin });
const hasClosed = once(input, 'close');

/** Runs the broker until standard input ends. `settings` are sections as in the YAML file, with the values that the program gave. */
async function serve(settings) {
  const layers = [environmentLayer(process.env), { source: 'option', values: settings }];
  const server = new PulseMQServer({ layers });
  // `run` writes the banner once, when all three ports accept connections.
  const stdout = new Writable({
    write(banner, _encoding, done) {
      send({ event: 'up', addresses: server.addresses, banner: String(banner) });
      done();
    },
  });
  const running = server.run({ stdout });
  // Only now: before, `run` does not listen, and a parent that has ended already would be missed.
  void hasClosed.then(() => process.emit('SIGTERM'));
  await running;
}

try {
  const [line] = await Promise.race([once(input, 'line'), hasClosed]);
  if (line !== undefined) await serve(JSON.parse(line));
} catch (error) {
  // A StartupError is for people. Anything else is a bug, and its place is wanted.
  send({ event: 'failed', reason: error.name === 'StartupError' ? error.message : (error.stack ?? String(error)) });
  process.exitCode = error.exitCode ?? 2;
} finally {
  process.stdin.destroy();
}
