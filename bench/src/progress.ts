/** Progress on standard error: one line that is overwritten on a terminal, a line for each step in a pipe. */
export class Progress {
  readonly #out: { write(text: string): unknown; readonly isTTY?: boolean };

  constructor(out: { write(text: string): unknown; readonly isTTY?: boolean }) {
    this.#out = out;
  }

  /** A step begins. In a pipe only its end is printed. */
  begin(text: string): void {
    if (this.#out.isTTY === true) this.#out.write(`\r\u001b[K${text}`);
  }

  /** A step has ended. */
  done(text: string): void {
    this.#out.write(this.#out.isTTY === true ? `\r\u001b[K${text}` : `${text}\n`);
  }

  /** A line that stays. */
  line(text: string): void {
    this.#out.write(this.#out.isTTY === true ? `\r\u001b[K${text}\n` : `${text}\n`);
  }

  end(): void {
    if (this.#out.isTTY === true) this.#out.write('\r\u001b[K');
  }
}
