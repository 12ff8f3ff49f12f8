import type { LiveTable, PulseMQClient } from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import type { Address } from '../options/address.js';
import { colors } from '../output/colors.js';
import { countedText } from '../output/units.js';
import { TerminalScreen } from '../screen/terminal-screen.js';
import { boardLines } from './board-view.js';
import { type Quote, Quotes } from './quote.js';

/** A live table on the whole terminal. */
export class Board {
  readonly #run: CommandRun;
  readonly #client: PulseMQClient;
  readonly #table: LiveTable;
  readonly #address: Address;
  readonly #intervalMs: number;
  readonly #quotes: Quotes;
  readonly #state = { scroll: 0 };
  #problem = '';

  /** It is drawn every `intervalMs`, because ages grow without an update, too. */
  constructor(run: CommandRun, client: PulseMQClient, table: LiveTable, address: Address, intervalMs: number) {
    this.#run = run;
    this.#client = client;
    this.#table = table;
    this.#address = address;
    this.#intervalMs = intervalMs;
    this.#quotes = new Quotes(address.name);
  }

  /** Shows the board until the user quits, or until the signal ends the table. Rejects if the client gives up. */
  async show(signal: AbortSignal): Promise<void> {
    const quit = new AbortController();
    const screen = new TerminalScreen(
      this.#run,
      (key) => {
        if (key === 'q' || key === '\u0003') return quit.abort();
        this.#scroll(key, screen.rows);
        this.#draw(screen);
      },
      () => this.#draw(screen),
    );
    this.#reportProblems();
    screen.open();
    const timer = setInterval(() => this.#draw(screen), this.#intervalMs);
    this.#draw(screen);
    try {
      const error = await Promise.race([this.#table.ended, aborted(quit.signal)]);
      if (error !== null && !signal.aborted) throw error;
    } finally {
      clearInterval(timer);
      screen.close();
    }
  }

  #draw(screen: TerminalScreen): void {
    const quotes = this.#table
      .rows()
      .map((row) => this.#quotes.of(row))
      .sort(bySymbol);
    const { namespace, name } = this.#address;
    const title = `${namespace}:${name}  ${countedText(quotes.length, 'topic')}`;
    const paint = colors(this.#run.stdout, this.#run.env);
    screen.draw(boardLines({ quotes, title, problem: this.#problem }, this.#state, screen, paint));
  }

  /** On the screen, because a line on standard error would stand in the middle of the board. */
  #reportProblems(): void {
    this.#client
      .on('disconnected', ({ error }) => {
        this.#problem = `connection lost: ${error.message}; reconnecting`;
      })
      .on('reconnected', () => {
        this.#problem = '';
      })
      .on('error', ({ message }) => {
        this.#problem = message;
      });
  }

  #scroll(key: string, rowCount: number): void {
    const state = this.#state;
    if (key === '\u001b[B') state.scroll++;
    if (key === '\u001b[A') state.scroll--;
    if (key === '\u001b[6~') state.scroll += rowCount - 4;
    if (key === '\u001b[5~') state.scroll -= rowCount - 4;
  }
}

const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });

const bySymbol = (one: Quote, other: Quote): number =>
  one.symbol < other.symbol ? -1 : Number(one.symbol > other.symbol) || (one.topic < other.topic ? -1 : 1);
