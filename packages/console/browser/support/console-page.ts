import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeFaults } from './axe.js';
import type { Broker, Credentials } from './broker.js';
import { openBrowser, type Reader, type SizeName, sizes } from './chromium.js';
import { PageWatch } from './page-watch.js';
import { type Words, wordsOf } from './words.js';

const folder = fileURLToPath(new URL('../screenshots', import.meta.url));
mkdirSync(folder, { recursive: true });

/** The console in front of one reader. */
export class ConsolePage {
  readonly page: Page;
  readonly watch: PageWatch;
  readonly words: Words;
  readonly #broker: Broker;
  readonly #reader: Reader;
  readonly #close: () => Promise<void>;
  #size: SizeName;

  private constructor(page: Page, watch: PageWatch, broker: Broker, reader: Reader, close: () => Promise<void>) {
    this.page = page;
    this.watch = watch;
    this.words = wordsOf(reader.language);
    this.#broker = broker;
    this.#reader = reader;
    this.#size = reader.size;
    this.#close = close;
  }

  /** Opens the log-in page in a browser of its own. */
  static async open(broker: Broker, reader: Reader): Promise<ConsolePage> {
    const { context, close } = await openBrowser(reader);
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(15_000);
    const watch = await PageWatch.on(page, () => broker.address);
    await page.goto(`${broker.address}/`);
    return new ConsolePage(page, watch, broker, reader, close);
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /** Types name and password of the first administrator, or of somebody else. */
  async logIn({ username, password }: Pick<Credentials, 'username' | 'password'> = this.#broker.admin): Promise<void> {
    const { login } = this.words;
    await this.page.getByLabel(login.username, { exact: true }).fill(username);
    await this.page.getByLabel(login.password, { exact: true }).fill(password);
    await this.button(login.submit).click();
  }

  /** Goes to a page by its address, such as `/topics`, and waits until it has something to show. */
  async go(path: string): Promise<void> {
    await this.page.goto(`${this.#broker.address}/#${path}`);
    await this.settled();
  }

  /** The page has its heading, and nothing on it still loads. */
  async settled(): Promise<void> {
    await this.page.locator('#main h1').first().waitFor();
    await this.page.locator('#main [aria-busy="true"]').first().waitFor({ state: 'detached' });
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
  }

  async resize(size: SizeName): Promise<void> {
    this.#size = size;
    await this.page.setViewportSize(sizes[size]);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** What fades or slides has arrived; what turns for ever is left alone. */
  async #still(): Promise<void> {
    await this.page.evaluate(async () => {
      const ending = document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
      // One that is cancelled on the way has ended too.
      await Promise.allSettled(ending.map((one) => one.finished));
    });
  }

  /** Fails when anything happened that must not, or when the page as it is now breaks a serious rule of accessibility. */
  async expectSound(where: string): Promise<void> {
    await this.#still();
    const faults = [...this.watch.takeFaults(), ...(await axeFaults(this.page))];
    const place = `${where}, ${this.#reader.language} ${this.#reader.scheme} ${this.#size}`;
    expect.soft(faults, place).toEqual([]);
    expect.soft(await this.overflowPx(), `${place}: pixels the page is wider than its window`).toBe(0);
  }

  /** How much wider the page is than its window. */
  overflowPx(): Promise<number> {
    return this.page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
  }

  /** Keeps what the reader sees. */
  async picture(name: string): Promise<void> {
    const { language, scheme } = this.#reader;
    await this.#still();
    await this.page.screenshot({ path: join(folder, `${name}-${language}-${scheme}-${this.#size}.png`) });
  }
}
