import { type AdminFlags, adminUrlOf } from '../admin-api/admin-address.js';
import { adminCa } from '../admin-api/admin-ca.js';
import { AdminClient } from '../admin-api/admin-client.js';
import { AdminRefusal, brokenAnswer, sendAdminCall } from '../admin-api/admin-request.js';
import { type Query, withQuery } from '../admin-api/query.js';
import type { CommandRun } from '../command-run.js';
import { tokenUserOf } from '../context/connection.js';
import { CommandError, ExitCode } from '../exit-code.js';

/** The broker gives a question 120 s, and answers when it has read all messages. */
const answerWithinMs = 130_000;

/** The rows of a question, in the format that was asked for. */
export interface HistoryAnswer {
  readonly rowCount: number;
  readonly hasMore: boolean;
  /** Throws a CommandError when the connection breaks. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Asks for history: with the name and token of a user where they are at hand, else with a log-in. Throws a CommandError, also for a namespace
 * that keeps no history.
 */
export async function askHistory(
  run: CommandRun,
  flags: AdminFlags,
  query: Query,
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  try {
    const response = await answerTo(run, flags, withQuery('/api/history', query), signal);
    return {
      rowCount: Number(response.headers.get('x-row-count')),
      hasMore: response.headers.get('x-has-more') === 'true',
      chunks: chunksOf(response),
    };
  } catch (error) {
    if (!(error instanceof AdminRefusal) || error.code !== 'NOT_KEPT') throw error;
    const text = `namespace ${query.namespace} keeps no history; an administrator can turn it on with "pulsemq ns update ${query.namespace} --history"`;
    throw new CommandError(ExitCode.refused, text, { cause: error });
  }
}

function answerTo(run: CommandRun, flags: AdminFlags, path: string, signal: AbortSignal): Promise<Response> {
  const adminUrl = adminUrlOf(run, flags);
  const user = tokenUserOf(run, flags, new URL(adminUrl).hostname);
  if (user === undefined) return new AdminClient(run, flags, signal).open('GET', path, undefined, answerWithinMs);
  const { ca } = adminCa(run, flags, adminUrl);
  return sendAdminCall(adminUrl, { method: 'GET', path, user, ca, signal, answerWithinMs });
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  try {
    if (body !== null) yield* body;
  } catch (error) {
    throw brokenAnswer(error);
  }
}
