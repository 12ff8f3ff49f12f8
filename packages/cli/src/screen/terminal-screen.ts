import type { CommandRun } from '../command-run.js';

/** Takes over the terminal, and restores it afterwards. */
export class TerminalScreen {
  readonly #run: CommandRun;
  readonly #onKey: (key: string) => void;
  readonly #onResize: () => void;
  #isOpen = false;

  constructor(run: CommandRun, onKey: (key: string) => void, onResize: () => void) {
    this.#run = run;
    this.#onKey = (data) => onKey(String(data));
    this.#onResize = onResize;
  }

  get columns(): number {
    return this.#run.stdout.columns || 80;
  }

  get rows(): number {
    return this.#run.stdout.rows || 24;
  }

  open(): void {
    this.#isOpen = true;
    this.#run.stdout.write('\u001b[?1049h\u001b[?25l');
    this.#run.stdin.setRawMode?.(true);
    this.#run.stdin.setEncoding('utf8').on('data', this.#onKey).resume();
    this.#run.stdout.on('resize', this.#onResize);
    // The command may be abandoned without a close; a terminal without cursor and echo is unusable.
    this.#run.signals.on('exit', this.#restore);
  }

  /** Draws lines, which must not be wider than the screen. */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const shown = lines.slice(0, this.rows).map((line) => `${line}\u001b[K`);
    this.#run.stdout.write(`\u001b[H${shown.join('\r\n')}\u001b[J`);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#restore();
    this.#run.signals.off('exit', this.#restore);
    this.#run.stdout.off('resize', this.#onResize);
    this.#run.stdin.off('data', this.#onKey).pause();
  }

  readonly #restore = (): void => {
    this.#isOpen = false;
    this.#run.stdin.setRawMode?.(false);
    this.#run.stdout.write('\u001b[?25h\u001b[?1049l');
  };
}
