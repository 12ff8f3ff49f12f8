import type { Page, Request } from 'playwright-core';

/**
 * Notes what must not happen on any page: an error in the browser's console, an exception, a request to another host, a violation
 * of the content security policy. A story that stops the broker sets `isBrokerAway`: failed requests are expected then.
 */
export class PageWatch {
  readonly #faults: string[] = [];
  #isBrokerAway = false;

  static async on(page: Page, origin: () => string): Promise<PageWatch> {
    const watch = new PageWatch();
    page.on('pageerror', (error) => watch.#note(`exception: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      if (watch.#isBrokerAway && message.text().includes('net::ERR_')) return;
      watch.#note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on('request', (request: Request) => {
      const { protocol, origin: asked } = new URL(request.url());
      if (protocol === 'data:' || protocol === 'blob:' || asked === origin()) return;
      watch.#note(`request to another host: ${request.url()}`);
    });
    await page.exposeFunction('pulsemqViolation', (text: string) => watch.#note(`content security policy: ${text}`));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const tell = (window as unknown as { pulsemqViolation(text: string): void }).pulsemqViolation;
        tell(`${event.violatedDirective} blocked ${event.blockedURI}`);
      });
    });
    return watch;
  }

  /** While true, failed requests are no fault. */
  set isBrokerAway(isAway: boolean) {
    this.#isBrokerAway = isAway;
  }

  #note(fault: string): void {
    this.#faults.push(fault);
  }

  /** The faults since the last call. */
  takeFaults(): readonly string[] {
    return this.#faults.splice(0);
  }
}
