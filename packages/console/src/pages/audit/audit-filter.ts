import type { TFunction } from 'i18next';
import { momentOf } from '../../format/clock.js';
import type { audit as english } from '../../i18n/en/audit.js';

/** The filter of the log; an empty text does not filter. Times are as a date field writes them, by the clock of the page. */
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

/** The operations in the audit log, by the names the broker writes. */
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
  'namespace.freshness',
  'namespace.bars',
  'alert_rule.create',
  'alert_rule.update',
  'alert_rule.delete',
  'alert.acknowledge',
  'alert.mute',
  'webhook.create',
  'webhook.update',
  'webhook.delete',
  'webhook.test',
] as const;

/** In the catalogue the dot is an underscore, since a dot in a key would open a level. */
type OpKey = keyof (typeof english)['audit']['ops'];

function isoOf(local: string, isEnd: boolean): string | undefined {
  if (local === '') return undefined;
  const at = momentOf(isEnd ? `${local}:59.999` : local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** The name of an operation. An operation that this version does not know is shown as the broker names it. */
export function opText(t: TFunction, opType: string): string {
  const known = opTypes.find((one) => one === opType);
  return known === undefined ? opType : t(`audit.ops.${known.replace('.', '_') as OpKey}`);
}

/** The query of the API. */
export const queryOf = ({ operator, opType, target, namespace, result, from, to }: AuditFilter) => ({
  operator: operator.trim(),
  op_type: opType,
  target: target.trim(),
  namespace: namespace.trim(),
  result,
  from: isoOf(from, false),
  to: isoOf(to, true),
});
