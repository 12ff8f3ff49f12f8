import type { StreamMessages, StreamQuestion } from '../../../src/engine/session/stream-history.js';
import { deliveriesIn } from '../journal/history-wire.js';
import { journalFolder, journalOf } from '../journal/journal-engine.js';
import { SceneBroker, until, Wire } from './fabric-scene.js';

/** A broker whose namespace keeps history. */
export async function keeper(name: string, wire: Wire, folder = journalFolder()): Promise<SceneBroker> {
  const broker = new SceneBroker(name, wire, ['market'], journalOf(folder));
  await broker.restoreJournal();
  return broker;
}

/** Two brokers that keep history and know each other; the second one wants everything. */
export async function historyScene(): Promise<{ wire: Wire; a: SceneBroker; b: SceneBroker; folder: string }> {
  const [wire, folder] = [new Wire(), journalFolder()];
  const [a, b] = [await keeper('a', wire, folder), await keeper('b', wire)];
  b.want('>');
  await until(() => b.peer?.appliedVersion === 1 && a.peer !== undefined);
  return { wire, a, b, folder };
}

/** The epoch of a topic that a broker's own publishers send. */
export const epochOf = ({ core }: SceneBroker, topic: string): number =>
  core.namespaces.of('market')!.route(topic)!.epoch;

/** A question for all messages of a stream. */
export const allOf = (topic: string, epoch: number, more: Partial<StreamQuestion> = {}): StreamQuestion => ({
  namespace: 'market',
  topic,
  epoch,
  from: 1,
  to: Number.MAX_SAFE_INTEGER,
  sinceUs: 0,
  ...more,
});

/** Asks a broker. */
export const read = ({ core }: SceneBroker, question: StreamQuestion): Promise<StreamMessages | null> =>
  core.history.read(question);

/** The payloads of an answer. */
export const textsOf = (found: StreamMessages | null): string[] =>
  deliveriesIn(found!.messages).map(({ payload }) => Buffer.from(payload).toString());
