import type { FastifyReply } from 'fastify';

/** Aborted when the answer is sent, or when the caller goes, so that no process works for a caller that has gone. */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}
