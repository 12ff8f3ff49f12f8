// Bytes on the request port, in every state of a connection.
import { MessageType } from '@pulsemq/protocol';
import { auth, greeting, handshake, message } from '../engine-in-memory.mjs';
import { wireTarget } from '../wire-target.mjs';

const sub = message({ type: MessageType.sub, namespace: 'market', topic: '>' });
const halfMessage = message({
  type: MessageType.pub,
  namespace: 'market',
  topic: 'half',
  payload: Buffer.alloc(100),
}).subarray(0, 60);

export const target = wireTarget('request-port', 'request', [
  () => [],
  () => [greeting(1, 'NULL')],
  () => [handshake(0, 'DEALER')],
  () => [handshake(1, 'DEALER')],
  () => [handshake(1, 'DEALER'), auth('publisher')],
  () => [handshake(1, 'REQ'), auth('root'), sub],
  () => [handshake(1, 'DEALER'), auth('publisher'), halfMessage],
]);
