// The page of the scenario client-chromium: the client as a desk's page has it, bundled for browsers.
import { PulseMQClient } from '@pulsemq/client';

let count = 0;
let delaysMs = [];

/** Milliseconds of the wall clock, with the resolution of the monotonic one. */
const nowMs = () => performance.timeOrigin + performance.now();

/** Subscribes to every message. With an offset, messages are stamped in milliseconds of another clock, which stands that far behind. */
async function open(url, username, token, namespace, offsetMs) {
  const client = new PulseMQClient({ url, username, token });
  await client.connect();
  await client.subscribe(namespace, '>', {
    onSlow: 'dropOldest',
    onMessage: ({ payload }) => {
      count++;
      if (offsetMs === null) return;
      const dueMs = new DataView(payload.buffer, payload.byteOffset).getFloat64(0) / 1e6;
      delaysMs.push(nowMs() - offsetMs - dueMs);
    },
  });
}

/** Messages so far, and when. */
const counts = () => ({ count, atMs: nowMs() });

const reset = () => {
  delaysMs = [];
};

/** Delays since the reset. */
function delays() {
  const sorted = delaysMs.sort((a, b) => a - b);
  const at = (share) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

Object.assign(window, { bench: { open, counts, reset, delays } });
