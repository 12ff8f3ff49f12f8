import type { FindQuestion, Found, FoundSession } from '../../port-find.js';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** The question in a message of another broker; undefined when it is not a question. */
export function parseQuestion(value: unknown): FindQuestion | undefined {
  if (!isObject(value)) return undefined;
  const { kind, namespace, topic, username } = value;
  if (kind === 'publishers' && typeof namespace === 'string' && typeof topic === 'string') {
    return { kind, namespace, topic };
  }
  return kind === 'sessions' && typeof username === 'string' ? { kind, username } : undefined;
}

/** The answer in a message of another broker; undefined when fields are missing or of another type. */
export function parseFound(value: unknown): Found | undefined {
  if (!isObject(value)) return undefined;
  const { count, sessions, last } = value;
  if (!isCount(count) || !Array.isArray(sessions) || !sessions.every(isSession)) return undefined;
  return isLast(last) ? { count, sessions, last } : undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isSession = (value: unknown): value is FoundSession =>
  isObject(value) &&
  isCount(value.session) &&
  [value.username, value.client, value.address].every((text) => typeof text === 'string');

const isLast = (value: unknown): value is Found['last'] =>
  value === null || (isObject(value) && [value.epoch, value.sequence, value.receivedAtUs].every(isCount));
