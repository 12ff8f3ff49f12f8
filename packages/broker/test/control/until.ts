import { setTimeout } from 'node:timers/promises';

/** Between two asks, so that asking leaves the cores to what is waited for. */
const betweenAsksMs = 20;

/** Asks again until what was asked for is so: figures come once a second. */
export async function until<Value>(ask: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    await setTimeout(betweenAsksMs);
  }
}
