import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { chromiumPath } from '../../../../scripts/chromium-path.mjs';

/** The browser itself makes no request to the network. */
const switches = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const sizes = {
  desktop: { width: 1440, height: 900 },
  wide: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
} as const;
export type SizeName = keyof typeof sizes;

export interface Viewer {
  readonly language: 'en' | 'zh';
  readonly scheme: 'light' | 'dark';
  readonly size: SizeName;
}

/** A browser with a new profile, in the language, colour scheme and window size of one viewer. */
export interface OpenBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

export async function openBrowser({ language, scheme, size }: Viewer): Promise<OpenBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'pulsemq-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath()!,
    args: switches,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    colorScheme: scheme,
    viewport: sizes[size],
    acceptDownloads: true,
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
