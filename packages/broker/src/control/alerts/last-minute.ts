const secondCount = 60;

/** How much a total has grown in the last minute. It begins at 0 with the broker; give it the total once a second. */
export class LastMinute {
  readonly #totals = [0];

  /** Takes the total of this second; returns the growth since a minute ago, or since the start. */
  add(total: number): number {
    this.#totals.push(total);
    if (this.#totals.length > secondCount + 1) this.#totals.shift();
    return total - this.#totals[0]!;
  }
}
