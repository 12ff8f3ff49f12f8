import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuditEntry } from '../store/rows.js';
import type { AuditStore } from '../store/store.js';

/** What a mutating route does, in the words of the audit log. */
export interface AuditKind {
  /** Such as `user.create`; the Python package's `grant` and `reset_token` keep their names. */
  readonly opType: string;
  readonly targetType: string;
}

/** What a handler adds to the row while it works. Values become JSON; secrets never go in. */
export interface AuditNote {
  /** Where the call came from, taken while it was there: a socket whose peer has hung up does not know. */
  readonly address: string;
  target?: string;
  namespace?: string;
  before?: unknown;
  after?: unknown;
  /** Who it was, where no log-in says so: the name tried at a log-in. */
  operator?: string;
  /** `ok`, or the code of the refusal. */
  result: string;
  /** The handler has decided that this call leaves no row. */
  isOff?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    audit?: AuditKind;
  }
  interface FastifyRequest {
    audit: AuditNote;
  }
}

/** Names in a row are cut at this length: what a stranger sends must not fill the log. */
const textMaxLength = 200;

/**
 * One row for each mutating call of an authenticated caller, refused ones too, and for each log-in attempt. Written before the
 * answer goes out, so that who reads the answer can read the row.
 */
export function keepAuditTrail(app: FastifyInstance, audit: AuditStore): void {
  app.decorateRequest('audit');
  app.addHook('onRequest', async (request) => {
    request.audit = newNote(request);
  });
  app.addHook('onRoute', (route) => {
    const changes = [route.method].flat().some((method) => !['GET', 'HEAD', 'OPTIONS'].includes(method));
    if (changes && route.config?.audit === undefined)
      throw new Error(`${route.url} changes things without an audit row`);
  });
  app.addHook('onSend', async (request) => {
    const { audit: kind } = request.routeOptions.config;
    const operator = request.caller?.user.username ?? request.audit.operator;
    if (kind === undefined || operator === undefined || request.audit.isOff === true) return;
    await audit.add(entryOf(request, kind, operator));
  });
}

/** What a row begins with. */
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
  };
}

/** What a call was about that was refused before its handler saw it: the path says it, or the name in the body. */
function namedTarget({ params, body }: FastifyRequest): string {
  const ofPath = Object.values((params ?? {}) as Record<string, string>).join('/');
  if (ofPath !== '') return ofPath;
  const { name, username } = (body ?? {}) as { name?: unknown; username?: unknown };
  const named = name ?? username;
  return typeof named === 'string' ? named : '';
}

/** A text as it can be stored and read: `admin` and a NUL behind it would come back as `admin`. */
const plain = (text: string): string => text.slice(0, textMaxLength).replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd');
