import { usageError } from '../exit-code.js';
import { type Address, topicAddress } from '../options/address.js';

/** A topic with columns of a row in it, such as `market:{symbol}.kline.1d`. */
export class TopicTemplate {
  readonly #text: string;
  readonly #namespace: string | undefined;
  /** Columns that stand in it. */
  readonly columns: readonly string[];
  readonly #known = new Map<string, Address>();

  /** Throws for a topic that is none, as far as that can be said without a row. */
  constructor(text: string, namespace: string | undefined) {
    this.#text = text;
    this.#namespace = namespace;
    this.columns = [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]!);
    if (this.columns.length === 0) topicAddress(text, namespace);
  }

  /** Throws when a column is not there. */
  requireColumns(columns: readonly string[]): void {
    const missing = this.columns.find((name) => !columns.includes(name));
    if (missing === undefined) return;
    throw usageError(
      `topic ${this.#text}: there is no column ${JSON.stringify(missing)}; there are ${columns.join(', ')}`,
    );
  }

  /** The topic of a row; the same text is looked at once. */
  addressOf(cell: (column: string) => string | undefined, line: number): Address {
    const text = this.#text.replace(/\{([^{}]*)\}/g, (_, column: string) => {
      const value = cell(column);
      if (value === undefined || value === '') {
        throw usageError(`line ${line}: the topic ${this.#text} needs ${JSON.stringify(column)}, which is empty`);
      }
      return value;
    });
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const address = topicAddress(text, this.#namespace);
    this.#known.set(text, address);
    return address;
  }
}
