// Receives DataFrames on `market` `in.>` and publishes them again under `out.`, so that they travel pandas -> TypeScript -> pandas.
// Topics `in.rows.*` go by way of rows(), the rest as the DataFrame they arrived as. Arguments: pub_port sub_port username token.
import { PulseMQClient } from '@pulsemq/client';

const [pubPort, subPort, username, token] = process.argv.slice(2);
const client = new PulseMQClient({
  host: '127.0.0.1',
  pubPort: Number(pubPort),
  subPort: Number(subPort),
  username,
  token,
});
await client.connect();
const subscription = await client.subscribe('market', 'in.>');
console.log('ready');
for await (const { topic, data, format } of subscription) {
  const again = topic.startsWith('in.rows.') ? data.rows() : data;
  await client.publish('market', topic.replace(/^in/, 'out'), again, { format });
}
