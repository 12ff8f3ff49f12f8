import type { PulseMQClient } from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import { notice } from '../output/notices.js';
import { rateText, StatusLine } from '../output/status-line.js';
import { Pacer } from '../running/pacer.js';
import { PublishWindow } from '../wire/publish-window.js';
import type { Market } from './market.js';
import { whileConnected } from './while-connected.js';

/** Publishes the steps of a market at a rate until the signal aborts. Returns the number of messages. */
export async function publishMarket(
  run: CommandRun,
  client: PulseMQClient,
  market: Market,
  { rate, toNamespace }: { readonly rate: number; readonly toNamespace: string },
  signal: AbortSignal,
): Promise<number> {
  const window = new PublishWindow();
  const pacer = new Pacer(rate);
  const startedMs = performance.now();
  const status = new StatusLine(run, () => `${toNamespace}: ${rateText(window.doneCount, startedMs)}`);
  notice(run, `publishing ${market.symbols.length} symbols to ${toNamespace}; Ctrl-C stops`);
  try {
    while (!signal.aborted) {
      await pacer.turn(signal);
      for (const { topic, data, format, isTrade } of market.step(Date.now())) {
        await window.add(whileConnected(client.publish(toNamespace, topic, data, { format, doNotConflate: isTrade })));
      }
    }
  } finally {
    status.end();
  }
  return window.doneCount;
}
