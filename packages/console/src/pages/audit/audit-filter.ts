import type { TFunction } from 'i18next';
import type { audit as english } from '../../i18n/en/audit.js';

/** What is looked for; an empty text asks for everything. Times as a date field writes them, in the reader's zone. */
export interface AuditFilter {
  readonly operator: string;
  readonly opType: string;
  readonly target: string;
  readonly namespace: string;
  readonly result: string;
  readonly from: string;
  readonly to: string;
}

export const everything: AuditFilter = {
  operator: '',
  opType: '',
  target: '',
  namespace: '',
  result: '',
  from: '',
  to: '',
};

/** What is written to the audit log, in the words it is written with. */
export const opTypes = [
  'login',
  'logout',
  'user.create',
  'user.update',
  'user.password',
  'user.delete',
  'reset_token',
  'namespace.create',
  'namespace.update',
  'namespace.delete',
  'grant',
  'revoke',
  'topic.delete',
  'disconnect',
  'disconnect_user',
  'publish',
  'definitions.import',
] as const;

/** A dot in a key of the catalogue would be a level. */
type OpKey = keyof (typeof english)['audit']['ops'];

function isoOf(local: string, isEnd: boolean): string | undefined {
  if (local === '') return undefined;
  const at = new Date(isEnd ? `${local}:59.999` : local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** An operation as people call it; one this version does not know is its own word. */
export function opText(t: TFunction, opType: string): string {
  const known = opTypes.find((one) => one === opType);
  return known === undefined ? opType : t(`audit.ops.${known.replace('.', '_') as OpKey}`);
}

/** As the API takes it. */
export const queryOf = ({ operator, opType, target, namespace, result, from, to }: AuditFilter) => ({
  operator: operator.trim(),
  op_type: opType,
  target: target.trim(),
  namespace: namespace.trim(),
  result,
  from: isoOf(from, false),
  to: isoOf(to, true),
});
