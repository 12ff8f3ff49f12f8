// A broker as a process of its own. Its configuration is the first argument, as JSON, and its folder the second. It prints its addresses as
// one line of JSON.
import { PulseMQServer } from '@pulsemq/broker';

const [config, workingDirectory] = process.argv.slice(2);
const server = new PulseMQServer({ config: JSON.parse(config), workingDirectory, console: process.stderr });
await server.start();
process.stdout.write(`${JSON.stringify(server.addresses)}\n`);
process.once('SIGTERM', () => server.stop().then(() => process.exit(0)));
