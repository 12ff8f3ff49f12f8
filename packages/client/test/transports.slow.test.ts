import { describe } from 'vitest';
import { publishAndSubscribe } from './suite/publish-and-subscribe.js';
import { valuesAndLosses } from './suite/values-and-losses.js';

// The first suite runs over TCP in client.test.ts.
describe.each(['tls', 'curve', 'ws', 'wss', 'relay', 'relayTls'] as const)(
  'publish and subscribe over %s',
  (transport) => publishAndSubscribe(transport),
);

describe.each(['tcp', 'tls', 'curve', 'ws', 'wss', 'relay', 'relayTls'] as const)(
  'values and losses over %s',
  (transport) => valuesAndLosses(transport),
);
