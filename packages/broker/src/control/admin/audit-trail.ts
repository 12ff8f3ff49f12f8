import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuditWriter } from '../audit/audit-writer.js';
import type { AuditEntry } from '../store/rows.js';

/** What a route changes, in the words of the audit log. */
export interface AuditKind {
  /** Such as `user.create`. `grant` and `reset_token` are named as in the Python package. */
  readonly opType: string;
  readonly targetType: string;
}

/** What a handler adds to the row of its call. Values become JSON; secrets must not be in them. */
export interface AuditNote {
  /** Address of the caller. Taken at the start, because a socket no longer knows it once the peer has disconnected. */
  readonly address: string;
  target?: string;
  namespace?: string;
  before?: unknown;
  after?: unknown;
  /** The username that was tried, for a call without a log-in. */
  operator?: string;
  /** `ok`, or the code of the refusal. */
  result: string;
  /** True: this call leaves no row. */
  isOff?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    audit?: AuditKind;
    /** The route changes nothing, although its method says so: its question has a body. It leaves no row. */
    changesNothing?: boolean;
  }
  interface FastifyRequest {
    audit: AuditNote;
  }
}

/** Names in a row are cut to this length: anyone can send them, and they must not fill the log. */
const textMaxLength = 200;

/**
 * Writes an audit row for each call of a logged-in caller that changes something, including refused calls, and for each attempt to log
 * in. The row is stored before the answer is sent, so a caller that has the answer finds the row; while the store cannot be written the
 * answer does not wait for it. Throws at the start for a route that changes something and has no audit kind.
 */
export function keepAuditTrail(app: FastifyInstance, audit: AuditWriter): void {
  app.decorateRequest('audit');
  app.addHook('onRequest', async (request) => {
    request.audit = newNote(request);
  });
  app.addHook('onRoute', (route) => {
    const changes = [route.method].flat().some((method) => !['GET', 'HEAD', 'OPTIONS'].includes(method));
    if (changes && route.config?.audit === undefined && route.config?.changesNothing !== true) {
      throw new Error(`${route.url} changes something and has no audit kind`);
    }
  });
  app.addHook('onSend', async (request) => {
    const entry = request.audit.isOff === true ? null : auditEntryOf(request);
    if (entry !== null) await audit.add(entry);
  });
}

/** The row of a call as far as it has come; null for a call that leaves none. */
export function auditEntryOf(request: FastifyRequest): AuditEntry | null {
  const { audit: kind } = request.routeOptions.config;
  const operator = request.caller?.user.username ?? request.audit.operator;
  return kind === undefined || operator === undefined ? null : entryOf(request, kind, operator);
}

/** The note of a call that has just begun. */
export const newNote = ({ ip }: FastifyRequest): AuditNote => ({ address: ip ?? '', result: 'ok' });

function entryOf(request: FastifyRequest, kind: AuditKind, operator: string): AuditEntry {
  const { address, target, namespace, before, after, result } = request.audit;
  return {
    ...kind,
    operator: plain(operator),
    address,
    target: plain(target ?? namedTarget(request)),
    namespace: namespace ?? null,
    oldValue: before === undefined ? null : JSON.stringify(before),
    newValue: after === undefined ? null : JSON.stringify(after),
    result,
    requestId: request.id,
    createdAt: new Date().toISOString(),
  };
}

/** Target of a call that was refused before its handler ran: the path parameters, or the name in the body. */
function namedTarget({ params, body }: FastifyRequest): string {
  const ofPath = Object.values((params ?? {}) as Record<string, string>).join('/');
  if (ofPath !== '') return ofPath;
  const { name, username } = (body ?? {}) as { name?: unknown; username?: unknown };
  const named = name ?? username;
  return typeof named === 'string' ? named : '';
}

/** Replaces characters that cannot be stored and read back: `admin` with a NUL behind it would come back as `admin`. */
const plain = (text: string): string => text.slice(0, textMaxLength).replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd');
