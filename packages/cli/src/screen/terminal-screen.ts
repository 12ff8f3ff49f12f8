/** The whole terminal, given back as it was at the end. */
export class TerminalScreen {
  readonly #onKey: (key: string) => void;
  readonly #onResize: () => void;
  #isOpen = false;

  constructor(onKey: (key: string) => void, onResize: () => void) {
    this.#onKey = (data) => onKey(String(data));
    this.#onResize = onResize;
  }

  get columns(): number {
    return process.stdout.columns || 80;
  }

  get rows(): number {
    return process.stdout.rows || 24;
  }

  open(): void {
    this.#isOpen = true;
    process.stdout.write('\u001b[?1049h\u001b[?25l');
    process.stdin.setRawMode(true).setEncoding('utf8').on('data', this.#onKey).resume();
    process.stdout.on('resize', this.#onResize);
    // Whatever ends the process: a terminal without a cursor and without echo is of no use to anybody.
    process.on('exit', this.#restore);
  }

  /** Draws lines that are no longer than the screen is wide. */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const shown = lines.slice(0, this.rows).map((line) => `${line}\u001b[K`);
    process.stdout.write(`\u001b[H${shown.join('\r\n')}\u001b[J`);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#restore();
    process.off('exit', this.#restore);
    process.stdout.off('resize', this.#onResize);
    process.stdin.off('data', this.#onKey).pause();
  }

  readonly #restore = (): void => {
    this.#isOpen = false;
    process.stdin.setRawMode(false);
    process.stdout.write('\u001b[?25h\u001b[?1049l');
  };
}
