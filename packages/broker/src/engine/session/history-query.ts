import { checkTopic, RoleLevel, WireError } from '@pulsemq/protocol';
import type { EngineCore } from './core.js';
import type { Session } from './session.js';
import type { StreamMessages, StreamQuestion } from './stream-history.js';
import { type Refusal, refusal } from './wire/refusal.js';
import { historyReply } from './wire/replies.js';
import { shownText } from './wire/wire-text.js';

/** QUERY `history`: messages of one stream, from the journal of the broker that has them. */

/** The whole reply, or why the question is refused. */
export async function answerHistory(
  core: EngineCore,
  session: Session,
  query: Record<string, unknown>,
): Promise<Buffer | Refusal> {
  const question = parse(core, query);
  if (typeof question === 'string') return refusal(WireError.badQuery, question);
  const { namespace } = question;
  const refused = refuseNamespace(core, session, namespace);
  if (refused !== undefined) return refused;
  const result = await core.history.read(question);
  if (result === null) return refusal(WireError.unreachable, unreachableText(question));
  if (result.problem !== null) return refusal(WireError.internal, `the journal cannot be read: ${result.problem}`);
  // The right may have been revoked while the journal was read.
  return refuseNamespace(core, session, namespace) ?? reply(core, result, question.to);
}

function reply(core: EngineCore, { count, lastSent, last, nextEpoch, messages }: StreamMessages, to: number): Buffer {
  const ended = count === 0 || lastSent >= Math.min(to, last);
  return historyReply({ status: 'QUERY_OK', count, ended, last, next_epoch: nextEpoch }, messages, core.clock.nowMs);
}

const unreachableText = ({ namespace, topic, epoch }: StreamQuestion): string =>
  `the broker that has the messages of ${namespace}:${topic} under epoch ${epoch} cannot be reached now: ask again later`;

function parse(core: EngineCore, query: Record<string, unknown>): StreamQuestion | string {
  const { namespace, topic, epoch, from, to, since_us: sinceUs = 0 } = query;
  if (typeof namespace !== 'string') return 'bad query: "namespace" must be a string';
  if (typeof topic !== 'string') return 'bad query: "topic" must be a string';
  const reason = checkTopic(topic, core.config.topicLevelCount);
  if (reason !== undefined) return `bad query: ${reason}`;
  if (!isWhole(epoch) || epoch > 0xffff_ffff) return 'bad query: "epoch" must be a whole number from 0 to 4294967295';
  if (!isWhole(from) || from < 1) return 'bad query: "from" must be a whole number from 1';
  if (!isWhole(to) || to < from) return 'bad query: "to" must be a whole number, and not less than "from"';
  if (!isWhole(sinceUs)) return 'bad query: "since_us" must be a whole number of Unix microseconds';
  return { namespace, topic, epoch, from, to, sinceUs };
}

function refuseNamespace(core: EngineCore, { user }: Session, name: string): Refusal | undefined {
  const namespace = core.namespaces.of(name);
  if (namespace === undefined || user.levelIn(namespace) < RoleLevel.sub) {
    core.counters.permissionDeniedCount++;
    const text = `permission denied: ${shownText(user.name)} may not read namespace ${shownText(name)}`;
    return refusal(WireError.permissionDenied, text);
  }
  if (namespace.log !== null) return undefined;
  return refusal(WireError.badQuery, `bad query: namespace ${shownText(name)} keeps no history`);
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
