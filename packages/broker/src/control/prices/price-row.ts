import { BlockBit, decodeDeliveryBlock, decodeHeader } from '@pulsemq/protocol';
import type { WireFrame } from '../admin/shown/wire-frames.js';
import { type PriceValue, priceValues } from './price-values.js';

/** Key, header, namespace, topic, username, payload, reserved. */
type Delivery = readonly [WireFrame, WireFrame, WireFrame, WireFrame, WireFrame, WireFrame, WireFrame];

/** The columns that a viewer wants, and a key by which equal choices share their JSON. Null: all. */
export interface ColumnChoice {
  readonly key: string;
  readonly names: ReadonlySet<string>;
}

/** The newest value of a topic on a board. Its JSON is made once for all viewers that want the same columns. */
export class PriceRow {
  readonly topic: string;
  readonly values: ReadonlyMap<string, PriceValue>;
  /** Updates that this one replaced before it was reported. */
  readonly conflatedCount: number;
  readonly #head: string;
  readonly #jsonByChoice = new Map<string, string>();

  /** `frames`: a delivery. */
  constructor(frames: readonly WireFrame[]) {
    const [, header, , topic, , payload, reserved] = frames as Delivery;
    const block = decodeDeliveryBlock(reserved.body)!;
    this.topic = topic.body.toString('latin1');
    this.values = priceValues(decodeHeader(header.body), payload.body);
    this.conflatedCount = (block.bits & BlockBit.conflated) === 0 ? 0 : block.conflatedCount - 1;
    const receivedAtMs = Math.floor(block.receivedAtUs / 1_000);
    this.#head = `{"topic":${JSON.stringify(this.topic)},"sequence":${block.sequence},"epoch":${block.epoch},"received_at_ms":${receivedAtMs}`;
  }

  /** The row for one viewer. `known`: the columns of the board. */
  json(conflatedCount: number, isSnapshot: boolean, known: ReadonlySet<string>, choice: ColumnChoice | null): string {
    const values = this.#valuesJson(known, choice);
    return `${this.#head},"conflated":${conflatedCount},"is_snapshot":${isSnapshot},"values":${values}}`;
  }

  #valuesJson(known: ReadonlySet<string>, choice: ColumnChoice | null): string {
    const key = choice?.key ?? '';
    let json = this.#jsonByChoice.get(key);
    if (json === undefined) {
      const names = choice?.names ?? known;
      const shown = [...this.values].filter(([name]) => names.has(name));
      json = `{${shown.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
      this.#jsonByChoice.set(key, json);
    }
    return json;
  }
}
