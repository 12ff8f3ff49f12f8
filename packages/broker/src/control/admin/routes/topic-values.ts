import { setTimeout } from 'node:timers/promises';
import { decodeHeader, type TopicValues } from '@pulsemq/protocol';
import { z } from 'zod';
import type { KeptValue } from '../../../port-questions.js';
import { priceValues } from '../../prices/price-values.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { namespaceNames } from '../lookups.js';
import { idList, refusals } from '../schemas/fields.js';
import { strictQuery } from '../schemas/strict-query.js';
import { topicValues } from '../schemas/topics.js';
import { type WireFrame, wireFrames } from '../shown/wire-frames.js';
import { DecodeBudget } from '../streams/decode-budget.js';

/** Topics of one call: more rows than a screen has. */
const topicMaxCount = 100;
/** Values that the engine copies in one turn. */
const askedCount = 32;
/** Bytes of a value that are read: a larger payload is not decoded for a list. */
const valueMaxBytes = 66_560;
/** Decoded values that are kept, so that an unchanged one is not decoded again for each viewer. */
const keptMaxCount = 2_000;
/** Time to wait when there is none left for decoding. */
const budgetWaitMs = 10;

interface Place {
  readonly id: number;
  readonly topic: string;
}

/** The newest values of the topics that a list shows. */
export function topicValueRoutes(app: AdminApp, context: AdminContext): void {
  const decoded = new DecodedValues();
  app.get(
    '/api/topics/values',
    {
      config: { access: 'administrator', needsMqRights: true },
      schema: {
        summary: 'Get the newest values of some topics',
        description:
          'By column: of the last row of a DataFrame, or of a JSON object. Topics without a kept value have no row: their namespace keeps none, or nothing was published. `GET /api/prices` streams the values of a pattern.',
        tags: ['topics'],
        querystring: strictQuery({ ids: idList(topicMaxCount) }),
        response: { 200: z.array(topicValues), ...refusals },
      },
    },
    async (request) => {
      const rows: TopicValues[] = [];
      for (const [namespace, places] of await placesOf(request.query.ids, context)) {
        for (let at = 0; at < places.length; at += askedCount) {
          const asked = places.slice(at, at + askedCount);
          const kept = await keptValues(context, namespace, asked);
          for (const [index, value] of kept.entries()) {
            if (value !== null) rows.push(await decoded.row(asked[index]!.id, value));
          }
        }
      }
      return rows;
    },
  );
}

/** The topics by the namespace that keeps their values. Ids without such a topic are left out: it may be deleted since. */
async function placesOf(ids: readonly number[], { store, monitor }: AdminContext): Promise<Map<string, Place[]>> {
  const names = await namespaceNames(store.namespaces);
  const places = new Map<string, Place[]>();
  for (const id of ids) {
    const row = await store.topics.byId(id);
    const namespace = row === undefined ? undefined : names.get(row.namespaceId);
    if (row === undefined || namespace === undefined) continue;
    // Nothing was published to it in this run.
    if (monitor.topics.live(namespace, row.name) === undefined) continue;
    const list = places.get(namespace) ?? [];
    list.push({ id, topic: row.name });
    places.set(namespace, list);
  }
  return places;
}

async function keptValues(
  { questions }: AdminContext,
  namespace: string,
  places: readonly Place[],
): Promise<readonly (KeptValue | null)[]> {
  const topics = places.map(({ topic }) => topic);
  const answer = await questions.ask({ kind: 'lastValues', namespace, topics, limitBytes: valueMaxBytes });
  if (answer.kind !== 'lastValues') throw new Error(`the engine answered ${answer.kind} for last values`);
  return answer.values;
}

/** The newest values by topic, decoded once. */
class DecodedValues {
  readonly #budget = new DecodeBudget();
  /** Longest unused first. */
  readonly #kept = new Map<number, TopicValues>();

  async row(id: number, value: KeptValue): Promise<TopicValues> {
    const known = this.#kept.get(id);
    const isSame = known?.epoch === value.epoch && known.sequence === value.sequence;
    const row = isSame ? known : await this.#decode(id, value);
    this.#kept.delete(id);
    this.#kept.set(id, row);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptMaxCount && oldest !== undefined) this.#kept.delete(oldest);
    return row;
  }

  async #decode(id: number, value: KeptValue): Promise<TopicValues> {
    for (;;) {
      const row = this.#budget.spend(() => rowOf(id, value));
      if (row !== undefined) return row;
      await setTimeout(budgetWaitMs);
    }
  }
}

function rowOf(id: number, { frames, epoch, sequence, receivedAtUs }: KeptValue): TopicValues {
  const [head, , , , payload] = wireFrames(frames) as [WireFrame, WireFrame, WireFrame, WireFrame, WireFrame];
  const isWhole = payload !== undefined && payload.body.length === payload.bytes;
  const values = isWhole ? Object.fromEntries(priceValues(decodeHeader(head.body), payload.body)) : {};
  return { id, sequence, epoch, received_at_ms: Math.floor(receivedAtUs / 1_000), values };
}
