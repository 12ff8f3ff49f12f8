// Forwarding messages byte for byte: payloads of any format are neither decoded nor compressed again.
import { PulseMQClient, SerializedPayload } from '@pulsemq/client';
import { connection } from './connection.mjs';

const client = new PulseMQClient(connection);
await client.connect();

const forwarded = await client.subscribe('copies', '>');
const source = await client.subscribe('market_data', 'forward.*', {
  onMessage: ({ topic, payload, format, compressed, timestamp }) =>
    client.publish('copies', topic, new SerializedPayload(payload, { format, compressed, timestampMs: timestamp })),
});
const bars = Array.from({ length: 200 }, (_, index) => ({ close: 10 + index, volume: index }));
await client.publish('market_data', 'forward.bars', bars, { format: 'df_pyarrow', compress: 'zstd' });

// Receives one message without a loop. If the signal ends the wait, no message is lost.
const copy = await forwarded.receive({ signal: AbortSignal.timeout(5_000) });
console.log(`${copy.topic}: ${copy.compressed}, ${copy.data.length} rows`);
await source.close();
await client.close();
