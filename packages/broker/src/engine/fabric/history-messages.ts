import { readU32 } from '@pulsemq/zmtp';
import type { StreamMessages, StreamQuestion } from '../session/stream-history.js';
import { parseObject } from '../session/wire/json-object.js';
import { DeliverySpan } from './delivery-span.js';
import { Kind, newMessage } from './wire.js';

/** Questions for messages of another broker's journal, and the answers. */

/** A piece of an answer: the number of the question, the offset of the piece, and the bytes of the whole answer. */
export const PieceOffset = { number: 20, at: 24, total: 28 } as const;
export const pieceHeadBytes = 32;
/** A request for more pieces: the number of the question, and the offset that has been reached. */
export const MoreOffset = { number: 20, at: 24 } as const;
export const moreBytes = 28;
/** Bytes of an answer that are sent without being asked for more. */
export const windowBytes = 2 * 1_048_576;

/** The question in a message; undefined when fields are missing or of another type. */
export function parseHistoryQuestion(
  text: string,
): { readonly number: number; readonly question: StreamQuestion } | undefined {
  const { number, namespace, topic, epoch, from, to, sinceUs } = parseObject(text) ?? {};
  if (typeof namespace !== 'string' || typeof topic !== 'string') return undefined;
  if (!isU32(number) || !isU32(epoch) || !isCount(from) || !isCount(to) || !isCount(sinceUs)) return undefined;
  return { number, question: { namespace, topic, epoch, from, to, sinceUs } };
}

/** An answer as bytes: a u32, that many bytes of JSON, then whole deliveries. Null says that the broker has too much to do. */
export function encodeAnswer(found: StreamMessages | null): Buffer {
  const { messages = new Uint8Array(0), ...listing } = found ?? {};
  const json = Buffer.from(JSON.stringify(found === null ? { isBusy: true } : listing));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, messages]);
}

/** The answer in these bytes: null from a broker that is too busy, undefined for bytes that do not answer the question. */
export function decodeAnswer(bytes: Buffer, question: StreamQuestion): StreamMessages | null | undefined {
  const jsonEnd = bytes.length < 4 ? 0 : 4 + readU32(bytes, 0);
  if (jsonEnd === 0 || jsonEnd > bytes.length) return undefined;
  const listing = parseObject(bytes.toString('utf8', 4, jsonEnd));
  if (listing?.isBusy === true) return null;
  const { isKnown, count, lastSent, last, nextEpoch, problem } = listing ?? {};
  if (typeof isKnown !== 'boolean' || !isCount(count) || !isCount(lastSent) || !isCount(last)) return undefined;
  if ((nextEpoch !== null && !isU32(nextEpoch)) || (problem !== null && typeof problem !== 'string')) return undefined;
  if (countOf(bytes, jsonEnd, question) !== count) return undefined;
  return { isKnown, count, lastSent, last, nextEpoch, problem, messages: bytes.subarray(jsonEnd) };
}

/** How many deliveries of the stream there are from `start` on; -1 when something else is among them. */
function countOf(bytes: Buffer, start: number, { namespace, topic, epoch, from, to }: StreamQuestion): number {
  const span = new DeliverySpan();
  let count = 0;
  for (let at = start; at < bytes.length; at = span.end) {
    if (!span.locate(bytes, at, bytes.length)) return -1;
    const { buf, namespaceAt, topicAt, usernameAt } = span.message;
    const key = `${buf.toString('utf8', namespaceAt + 2, topicAt)}:${buf.toString('utf8', topicAt + 2, usernameAt)}`;
    const isGood = key === `${namespace}:${topic}` && keyOf(bytes, at) === key;
    if (!isGood || span.epoch !== epoch || span.sequence < from || span.sequence > to) return -1;
    count++;
  }
  return count;
}

/** The key that a delivery begins with. */
const keyOf = (bytes: Buffer, at: number): string => bytes.toString('utf8', at + 2, at + 2 + bytes[at + 1]!);

/** One piece of an answer. */
export function pieceOf(
  { sender, receiver, number }: { readonly sender: string; readonly receiver: string; readonly number: number },
  answer: Buffer,
  at: number,
  end: number,
): Buffer {
  const piece = newMessage(Kind.history, 0, sender, receiver, pieceHeadBytes + end - at);
  piece.writeUInt32BE(number, PieceOffset.number);
  piece.writeUInt32BE(at, PieceOffset.at);
  piece.writeUInt32BE(answer.length, PieceOffset.total);
  answer.copy(piece, pieceHeadBytes, at, end);
  return piece;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isU32 = (value: unknown): value is number => isCount(value) && value <= 0xffff_ffff;
