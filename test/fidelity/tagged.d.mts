import type { DataFrame } from '@pulsemq/codecs';

/** A value in tagged JSON: see README.md. */
export type Tagged = null | boolean | string | readonly Tagged[] | { readonly [tag: string]: unknown };

/** A frame in tagged JSON. */
export interface TaggedFrame {
  readonly columns: readonly TaggedColumn[];
  readonly index?: unknown;
  readonly attrs?: unknown;
  /** Only without columns: the number of rows. */
  readonly rows?: number;
}

/** A column of a tagged frame. `type` is an Arrow type, or null if no Arrow type holds the values. */
export interface TaggedColumn {
  readonly name: Tagged;
  readonly type: string | null;
  readonly values: readonly Tagged[];
}

export function jsOf(value: Tagged): unknown;
export function taggedOf(value: unknown): Tagged;
export function floatText(value: number): string;
export function canonical(value: Tagged): string;
export function rowsOf(frame: TaggedFrame): Record<string, unknown>[];
export function columnsOf(frame: TaggedFrame): [name: string, values: never][];
export function frameOf(frame: DataFrame): TaggedFrame;
export function difference(sent: TaggedFrame, got: TaggedFrame): string | undefined;
