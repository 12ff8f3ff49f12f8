// A connected TypeScript client for programs that a Python test or bench starts.
import { PulseMQClient } from '@pulsemq/client';

/** Connects to the broker on 127.0.0.1 with the first four arguments of the program: pub_port sub_port username token. */
export async function connectedClient() {
  const [pubPort, subPort, username, token] = process.argv.slice(2);
  const client = new PulseMQClient({
    host: '127.0.0.1',
    pubPort: Number(pubPort),
    subPort: Number(subPort),
    username,
    token,
  });
  await client.connect();
  return client;
}
