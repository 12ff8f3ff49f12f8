import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { RunningServer } from './running-server.js';

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

test.skipIf(browser === undefined)(
  'a browser shows the operations under the strict policy, offline',
  async () => {
    const running = await RunningServer.start();
    const document = await running.ok<{ paths: Record<string, object> }>('GET', '/api/openapi.json');
    const operationCount = Object.values(document.paths).reduce((sum, path) => sum + Object.keys(path).length, 0);
    const chrome = await chromium.launch({ executablePath: browser!, args: ['--no-sandbox'] });
    try {
      const page = await chrome.newPage();
      const problems: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(error.message));
      const origin = `http://127.0.0.1:${running.server.addresses.adminPort}`;
      page.on('request', (request) => {
        if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) problems.push(request.url());
      });
      await page.goto(`${origin}/docs`);
      await page.getByText('Publish a test message').click();
      await page.getByText('Published under your username.').waitFor();
      expect(await page.locator('.opblock').count()).toBe(operationCount);
      expect(problems).toEqual([]);
    } finally {
      await chrome.close();
    }
  },
  30_000,
);
