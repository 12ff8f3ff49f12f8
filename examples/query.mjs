// Asks the broker for namespaces, topics, permissions and subscriptions.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const client = new PulseMQClient(connection);
await client.connect();
await client.publish('market_data', 'sz000651.trade', Buffer.from('price'));
await client.subscribe('market_data', 'sz000651.*', { onMessage: () => {} });
console.log('namespaces', await client.queryNamespaces());
console.log('topics', await client.queryTopics('market_data'));
console.log('permissions', await client.queryPermission());
console.log('subscriptions', await client.querySubscriptions());
await client.close();
