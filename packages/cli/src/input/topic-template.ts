import { defaultNamespace } from '@pulsemq/protocol';
import { usageError } from '../exit-code.js';
import { type Address, topicAddress } from '../options/address.js';

/** A topic that may contain columns of a row, such as `market:{symbol}.kline.1d`. */
export class TopicTemplate {
  readonly #text: string;
  readonly #namespace: string | undefined;
  /** Names of the columns in the topic. */
  readonly columns: readonly string[];
  /** Addresses made so far. A text is checked once, and equal topics give the same object, which row batches use as a key. */
  readonly #addresses = new Map<string, Address>();

  /** Throws a CommandError for an invalid topic, if it has no columns; else that shows only with a row. */
  constructor(text: string, namespace: string | undefined) {
    this.#text = text;
    this.#namespace = namespace;
    this.columns = [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]!);
    if (this.columns.length === 0) topicAddress(text, namespace);
  }

  /** The namespace of all rows; undefined when a column decides it. */
  get namespace(): string | undefined {
    const colon = this.#text.indexOf(':');
    const name = colon < 0 ? (this.#namespace ?? defaultNamespace) : this.#text.slice(0, colon);
    return name.includes('{') ? undefined : name;
  }

  /** Throws a CommandError when a column of the topic is not among these. */
  requireColumns(columns: readonly string[]): void {
    const missing = this.columns.find((name) => !columns.includes(name));
    if (missing === undefined) return;
    throw usageError(
      `topic ${this.#text}: there is no column ${JSON.stringify(missing)}; the columns are ${columns.join(', ')}`,
    );
  }

  /** The topic of a row, from the value of each column. Throws a CommandError when a value is missing or not allowed in a topic. */
  addressOf(cell: (column: string) => string | undefined, line: number): Address {
    const text = this.#text.replace(/\{([^{}]*)\}/g, (_, column: string) => {
      const value = cell(column);
      if (value === undefined || value === '') {
        throw usageError(`line ${line}: the topic ${this.#text} needs a value for ${JSON.stringify(column)}`);
      }
      return value;
    });
    const known = this.#addresses.get(text);
    if (known !== undefined) return known;
    const address = topicAddress(text, this.#namespace);
    this.#addresses.set(text, address);
    return address;
  }

  /** The topic of input without columns. Throws a CommandError when the topic has some. */
  plainAddress(): Address {
    const [column] = this.columns;
    if (column === undefined) return this.addressOf(() => undefined, 1);
    throw usageError(`topic ${this.#text}: {${column}} needs --input csv or jsonl`);
  }
}
