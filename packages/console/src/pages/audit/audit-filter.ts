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

function isoOf(local: string, isEnd: boolean): string | undefined {
  if (local === '') return undefined;
  const at = new Date(isEnd ? `${local}:59.999` : local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
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
