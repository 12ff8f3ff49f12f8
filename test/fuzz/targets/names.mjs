// Names and patterns. The checks must agree with the grammar of docs/protocol.md, written here as regular expressions; and what the engine
// delivers for a pattern must agree with `matchPattern`. An input is two texts with a line feed between them: a pattern and a topic.
import { checkNamespace, checkPattern, checkTopic, MessageType, matchPattern } from '@pulsemq/protocol';
import fc from 'fast-check';
import { auth, EngineBench, handshake, message } from '../engine-in-memory.mjs';

const bench = new EngineBench();
const level = '[A-Za-z0-9_/-]{1,32}';
const short = '(?=[^\\n]{1,222}$)';
const topicGrammar = new RegExp(`^${short}${level}(?:\\.${level}){0,7}$`);
const patternGrammar = new RegExp(
  `^${short}(?:>|(?:\\*|${level})(?:\\.(?:\\*|${level})){0,7}|(?:\\*|${level})(?:\\.(?:\\*|${level})){0,6}\\.>)$`,
);
const namespaceGrammar = /^[A-Za-z0-9_]{1,32}$/;

function agree(what, text, isAccepted, isInGrammar) {
  if (isAccepted !== isInGrammar)
    throw new Error(`${what} ${JSON.stringify(text)}: accepted ${isAccepted}, in the grammar ${isInGrammar}`);
  return isAccepted;
}

/** Subscribes to the pattern, publishes to the topic, and compares what was delivered. */
async function compareDelivery(pattern, topic) {
  const bytes = Buffer.concat([
    handshake(1, 'DEALER'),
    auth('root'),
    message({ type: MessageType.sub, namespace: 'other', topic: pattern }),
  ]);
  await bench.feed('request', bytes, 0, async (engine, socket) => {
    const ticket = /"ticket": ?"([^"]+)"/.exec(Buffer.concat(socket.written).toString('latin1'))?.[1];
    if (ticket === undefined) throw new Error('root could not log in');
    const subscriber = await bench.bound(ticket);
    subscriber.written.length = 0;
    socket.receive(message({ type: MessageType.pub, namespace: 'other', topic, payload: Buffer.from('1') }));
    await bench.turns(3);
    const isDelivered = Buffer.concat(subscriber.written).includes(`other:${topic}`);
    const isMatch = matchPattern(pattern, topic);
    subscriber.destroy();
    if (isDelivered !== isMatch)
      throw new Error(`pattern ${pattern}, topic ${topic}: delivered ${isDelivered}, matches ${isMatch}`);
    engine.forgetTopic('other', topic);
  });
}

const part = fc.constantFrom(
  'a',
  'b',
  'A_1',
  'BTC-USDT',
  'EUR/USD',
  '*',
  '>',
  '',
  'x'.repeat(32),
  'x'.repeat(33),
  'é',
  '\n',
  ' ',
  '\0',
);
const dotted = fc.array(part, { minLength: 1, maxLength: 9 }).map((parts) => parts.join('.'));

export const target = {
  name: 'names',
  maxBytes: 512,
  generator: fc.tuple(dotted, dotted).map(([pattern, topic]) => Buffer.from(`${pattern}\n${topic}`)),
  words: ['.', '*', '>', '.*', '.>', '\n', 'system', '_', '-', '/', '\u00e9', '\u0000'].map((word) =>
    Buffer.from(word),
  ),
  start: () => bench.start(),
  run: async (input) => {
    const [pattern, topic = ''] = input.toString('utf8').split('\n');
    agree('namespace', topic, checkNamespace(topic) === undefined, namespaceGrammar.test(topic) && topic !== 'system');
    const isPattern = agree('pattern', pattern, checkPattern(pattern) === undefined, patternGrammar.test(pattern));
    const isTopic = agree('topic', topic, checkTopic(topic) === undefined, topicGrammar.test(topic));
    if (isPattern && isTopic) await compareDelivery(pattern, topic);
  },
};
