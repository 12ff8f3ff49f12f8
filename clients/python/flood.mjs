// Publishes `count` messages of `size` bytes to 100 topics `bench.t0` to `bench.t99` of `market`, as fast as the broker acknowledges.
// Arguments: pub_port sub_port username token count size. Used by bench.py, whose publisher it has to outrun.
import { PulseMQClient } from '@pulsemq/client';

const [pubPort, subPort, username, token, count, size] = process.argv.slice(2);
const client = new PulseMQClient({
  host: '127.0.0.1',
  pubPort: Number(pubPort),
  subPort: Number(subPort),
  username,
  token,
});
await client.connect();
const payload = Buffer.alloc(Number(size), 'x');
const turnCount = 1_000;
for (let sent = 0; sent < Number(count); sent += turnCount) {
  const turn = [];
  for (let index = 0; index < turnCount; index++) turn.push(client.publish('market', `bench.t${index % 100}`, payload));
  await Promise.all(turn);
}
await client.publish('market', 'bench.end', payload);
await client.close();
