// Publishes `count` messages of `size` bytes to the topics `bench.t0` to `bench.t99` of `market`, as fast as the broker acknowledges
// them, then one to `bench.end`. Arguments: pub_port sub_port username token count size. bench.py starts it as its publisher: a
// Python publisher would be slower than the subscriber that is measured.
import { connectedClient } from '../../test/interop/connected-client.mjs';

const [count, size] = process.argv.slice(6).map(Number);
const client = await connectedClient();
const payload = Buffer.alloc(size, 'x');
const turnCount = 1_000;
for (let sent = 0; sent < count; sent += turnCount) {
  const turn = [];
  for (let index = 0; index < turnCount; index++) turn.push(client.publish('market', `bench.t${index % 100}`, payload));
  await Promise.all(turn);
}
await client.publish('market', 'bench.end', payload);
await client.close();
