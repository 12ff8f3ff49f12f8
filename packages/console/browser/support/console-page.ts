import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeFaults } from './axe.js';
import type { Broker, Credentials } from './broker.js';
import { openBrowser, type SizeName, sizes, type Viewer } from './chromium.js';
import { PageWatch } from './page-watch.js';
import { type Words, wordsOf } from './words.js';

const folder = fileURLToPath(new URL('../screenshots', import.meta.url));
mkdirSync(folder, { recursive: true });

/** The console in front of one viewer. */
export class ConsolePage {
  readonly page: Page;
  readonly watch: PageWatch;
  readonly words: Words;
  readonly #broker: Broker;
  readonly #viewer: Viewer;
  readonly #close: () => Promise<void>;
  #size: SizeName;

  private constructor(page: Page, watch: PageWatch, broker: Broker, viewer: Viewer, close: () => Promise<void>) {
    this.page = page;
    this.watch = watch;
    this.words = wordsOf(viewer.language);
    this.#broker = broker;
    this.#viewer = viewer;
    this.#size = viewer.size;
    this.#close = close;
  }

  /** Opens the log-in page in a browser of its own. */
  static async open(broker: Broker, viewer: Viewer): Promise<ConsolePage> {
    const { context, close } = await openBrowser(viewer);
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(15_000);
    const watch = await PageWatch.on(page, () => broker.address);
    await page.goto(`${broker.address}/`);
    return new ConsolePage(page, watch, broker, viewer, close);
  }

  /** Opens the console and logs in as the first administrator. */
  static async loggedIn(broker: Broker, viewer: Viewer): Promise<ConsolePage> {
    const console = await ConsolePage.open(broker, viewer);
    await console.logIn();
    await console.settled();
    return console;
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /** Types the username and the password of the first administrator, or of the given user. */
  async logIn({ username, password }: Pick<Credentials, 'username' | 'password'> = this.#broker.admin): Promise<void> {
    const { fields, login } = this.words;
    await this.page.getByLabel(fields.username, { exact: true }).fill(username);
    await this.page.getByLabel(fields.password, { exact: true }).fill(password);
    await this.button(login.submit).click();
  }

  /** Goes to a page by its address, such as `/topics`, and waits until it has loaded. */
  async go(path: string): Promise<void> {
    await this.page.goto(`${this.#broker.address}/#${path}`);
    await this.page.locator(`#main[data-path="${new URL(path, this.#broker.address).pathname}"]`).waitFor();
    await this.settled();
  }

  /** Resolves when the page has its heading and nothing on it is loading. */
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

  /** Resolves when every animation with an end has ended. */
  async #still(): Promise<void> {
    await this.page.evaluate(async () => {
      const ending = document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
      // A cancelled animation rejects; it has ended too.
      await Promise.allSettled(ending.map((one) => one.finished));
    });
  }

  /** Fails for each fault since the last call, for each serious violation of the accessibility rules, and for a page wider than its window. */
  async expectSound(where: string): Promise<void> {
    await this.#still();
    const faults = [...this.watch.takeFaults(), ...(await axeFaults(this.page))];
    const place = `${where}, ${this.#viewer.language} ${this.#viewer.scheme} ${this.#size}`;
    expect.soft(faults, place).toEqual([]);
    expect.soft(await this.overflowPx(), `${place}: pixels the page is wider than its window`).toBe(0);
  }

  /** Pixels by which the page is wider than its window. */
  overflowPx(): Promise<number> {
    return this.page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
  }

  /** Saves a screenshot. */
  async picture(name: string): Promise<void> {
    const { language, scheme } = this.#viewer;
    await this.#still();
    await this.page.screenshot({ path: join(folder, `${name}-${language}-${scheme}-${this.#size}.png`) });
  }
}
