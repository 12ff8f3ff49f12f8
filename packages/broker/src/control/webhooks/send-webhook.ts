import type { WebhookAttempt } from '@pulsemq/protocol';
import { errorText } from '../error-text.js';
import type { WebhookRow } from '../store/rows.js';
import { version } from '../version.js';
import { webhookSignature } from './signature.js';

/** Time in which a receiver must answer. */
const answerTimeoutMs = 10_000;
const errorMaxChars = 200;

/** One message to one webhook. The same id comes with each attempt, so that a receiver recognises what it has got already. */
export interface WebhookDelivery {
  readonly id: string;
  readonly body: string;
}

/** Sends a message once. Never throws: a receiver that does not answer with 2xx is the result. Redirects are not followed. */
export async function sendWebhook(
  { url, secret }: WebhookRow,
  { id, body }: WebhookDelivery,
  stop: AbortSignal,
): Promise<WebhookAttempt> {
  const at = new Date().toISOString();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  // Not AbortSignal.any: each call would leave an entry in `stop`, which lives as long as the broker.
  const ends = new AbortController();
  const end = (): void => ends.abort(stop.reason);
  const late = setTimeout(() => ends.abort(new Error(`no answer within ${answerTimeoutMs} ms`)), answerTimeoutMs);
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: ends.signal,
      headers: {
        'content-type': 'application/json',
        'user-agent': `PulseMQ/${version}`,
        'x-pulsemq-delivery': id,
        'x-pulsemq-timestamp': timestamp,
        'x-pulsemq-signature': webhookSignature(secret, timestamp, body),
      },
      body,
    });
    // What it answers does not matter, and may have any length.
    await answer.body?.cancel();
    const error = answer.ok ? null : `the receiver answered ${answer.status}`;
    return { at, is_ok: answer.ok, status: answer.status, error };
  } catch (error) {
    return { at, is_ok: false, status: null, error: causeOf(error).slice(0, errorMaxChars) };
  } finally {
    clearTimeout(late);
    stop.removeEventListener('abort', end);
  }
}

/** `fetch failed` says nothing: the cause stands inside. */
function causeOf(error: unknown): string {
  return errorText(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
