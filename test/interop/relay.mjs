// Receives DataFrames of `market` on `in.>` and publishes them again under `out.`: pandas -> TypeScript -> pandas. Topics under
// `in.rows.` are published as rows(), the others as the DataFrame that arrived. Arguments: pub_port sub_port username token.
import { connectedClient } from './connected-client.mjs';

const client = await connectedClient();
const subscription = await client.subscribe('market', 'in.>');
console.log('ready');
for await (const { topic, data, format } of subscription) {
  const again = topic.startsWith('in.rows.') ? data.rows() : data;
  await client.publish('market', topic.replace(/^in/, 'out'), again, { format });
}
