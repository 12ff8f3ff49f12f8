import { DataFrame, type PulseMQClient } from '@pulsemq/client';
import { pause } from '../running/pause.js';
import { deskNamespace } from './definitions.js';
import { whileConnected } from './while-connected.js';

/** Reads the bars of all instruments, and publishes the turnover of each second in the namespace of the desk. */
export async function runDesk(client: PulseMQClient, namespace: string, signal: AbortSignal): Promise<void> {
  let turnover = 0;
  let barCount = 0;
  await client.subscribe(namespace, '*.bar.1s', {
    onMessage: ({ data }) => {
      if (!(data instanceof DataFrame)) return;
      for (const { close, volume } of data.rows()) turnover += Number(close) * Number(volume);
      barCount += data.length;
    },
  });
  while (!signal.aborted) {
    await pause(1_000, signal);
    const sum = { time: new Date().toISOString(), bars: barCount, turnover: Math.round(turnover) };
    [turnover, barCount] = [0, 0];
    await whileConnected(client.publish(deskNamespace, 'market.turnover', JSON.stringify(sum), { format: 'string' }));
  }
}
