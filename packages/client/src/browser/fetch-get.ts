import type { HttpAnswer, HttpGet } from '../core/http-get.js';

/** Sends a GET by `fetch`. Follows no redirect, so that credentials go to the given host only; the browser decides which authorities it trusts. */
export async function fetchGet({ url, headers, signal }: HttpGet): Promise<HttpAnswer> {
  const answer = await fetch(url, { headers, signal, redirect: 'error', credentials: 'omit', cache: 'no-store' });
  const body = new Uint8Array(await answer.arrayBuffer());
  return { status: answer.status, header: (name) => answer.headers.get(name) ?? undefined, body };
}
