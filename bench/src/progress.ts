/** One line that is written over on a terminal; a line for each step in a pipe. */
export class Progress {
  readonly #out: { write(text: string): unknown; readonly isTTY?: boolean };

  constructor(out: { write(text: string): unknown; readonly isTTY?: boolean }) {
    this.#out = out;
  }

  /** A step begins. A pipe hears of it when it has ended. */
  begin(text: string): void {
    if (this.#out.isTTY === true) this.#out.write(`\r\u001b[K${text}`);
  }

  /** A step has ended, with this. */
  done(text: string): void {
    this.#out.write(this.#out.isTTY === true ? `\r\u001b[K${text}` : `${text}\n`);
  }

  /** Something that must stay to be read. */
  tell(text: string): void {
    this.#out.write(this.#out.isTTY === true ? `\r\u001b[K${text}\n` : `${text}\n`);
  }

  end(): void {
    if (this.#out.isTTY === true) this.#out.write('\r\u001b[K');
  }
}
