/** All kinds of alert rules. */
export const alertKinds = [
  'topic_stale',
  'publisher_gone',
  'client_slow',
  'drops',
  'memory',
  'disk',
  'log_in_failures',
  'not_stored',
  'bars_lost',
] as const;
/** What an alert rule watches. */
export type AlertKind = (typeof alertKinds)[number];

/** GET /api/alert-rules, POST (answered with 201), PUT /api/alert-rules/{id} */
export interface AlertRule {
  readonly id: number;
  readonly name: string;
  readonly kind: AlertKind;
  /** Of `topic_stale` and `publisher_gone`: the namespace, null for all. Null for other kinds. */
  readonly namespace: string | null;
  /** Of `topic_stale` and `publisher_gone`: the topics. Null for other kinds. */
  readonly pattern: string | null;
  /**
   * The alert fires from this value on. `topic_stale`, `publisher_gone`: topics; `client_slow`: clients; `drops`: messages lost in a minute;
   * `log_in_failures`: refused log-ins in a minute; `memory`: MiB of the process; `disk`: percent of the file system of the database;
   * `not_stored`: messages in a minute that the journal could not write; `bars_lost`: prices in a minute that bars lack.
   */
  readonly threshold: number;
  /** Seconds for which that must last. Of `client_slow`: for which the same client must be slow. */
  readonly for_s: number;
  readonly is_enabled: boolean;
}

/** POST /api/alert-rules. The pattern is `>` unless given, the threshold 1, or 10 log-ins, 90 percent; `memory` needs one. */
export interface CreateAlertRuleRequest {
  readonly name: string;
  readonly kind: AlertKind;
  readonly namespace?: string | null;
  readonly pattern?: string | null;
  readonly threshold?: number;
  readonly for_s?: number;
  readonly is_enabled?: boolean;
}

/** PUT /api/alert-rules/{id}: changes what is given. The kind stays. */
export type UpdateAlertRuleRequest = Partial<Omit<CreateAlertRuleRequest, 'kind'>>;

/** All states of an alert. */
export const alertStates = ['firing', 'acknowledged', 'resolved'] as const;
/** State of an alert: `acknowledged` is firing, and a person has seen it. */
export type AlertState = (typeof alertStates)[number];

/**
 * GET /api/alerts?state=firing|acknowledged|resolved|all, newest first. A rule has at most one alert that is not resolved. Alerts begin anew with the
 * broker: what still holds after a restart fires again.
 */
export interface Alert {
  readonly id: number;
  readonly rule_id: number;
  readonly rule_name: string;
  readonly kind: AlertKind;
  readonly state: AlertState;
  /** What holds, as a sentence. */
  readonly text: string;
  /** In the unit of the rule's threshold. */
  readonly value: number;
  readonly started_at: string;
  readonly resolved_at: string | null;
  readonly acknowledged_at: string | null;
  readonly acknowledged_by: string | null;
  /** Until then nothing of its rule is sent to webhooks, and it is not counted as firing. */
  readonly muted_until: string | null;
}

/** POST /api/alerts/{id}/mute. 0 minutes end the mute. */
export interface MuteAlertRequest {
  readonly minutes: number;
}

/** Part of SystemFigures. */
export interface AlertFigures {
  /** Alerts that are firing, and neither acknowledged nor muted. */
  readonly firing: number;
}

/** GET /api/webhooks, PUT /api/webhooks/{id} */
export interface Webhook {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly is_enabled: boolean;
  /** Messages that wait to be sent. */
  readonly waiting_count: number;
  /** Messages that were given up since the broker started. */
  readonly lost_count: number;
  /** The last attempt since the broker started. */
  readonly last_attempt: WebhookAttempt | null;
}

/** One attempt to send; also the answer of POST /api/webhooks/{id}/test. */
export interface WebhookAttempt {
  readonly at: string;
  readonly is_ok: boolean;
  /** Status of the answer; null when there was none. */
  readonly status: number | null;
  readonly error: string | null;
}

/** POST /api/webhooks, answered with 201 and `CreatedWebhook` */
export interface CreateWebhookRequest {
  readonly name: string;
  readonly url: string;
  readonly is_enabled?: boolean;
}

/** The only answer that has the secret. */
export interface CreatedWebhook extends Webhook {
  readonly secret: string;
}

/** PUT /api/webhooks/{id}: changes what is given. */
export type UpdateWebhookRequest = Partial<CreateWebhookRequest>;

/**
 * What is sent to a webhook, as JSON. The header `X-PulseMQ-Signature` is `sha256=` and the hexadecimal HMAC-SHA256, by the secret, of the
 * header `X-PulseMQ-Timestamp` (Unix seconds), a dot and the body. `X-PulseMQ-Delivery` is the same for every attempt to send one message.
 */
export interface WebhookMessage {
  readonly event: 'firing' | 'resolved' | 'test';
  readonly at: string;
  /** Version of the broker. */
  readonly version: string;
  /** Null for a test. */
  readonly alert: Alert | null;
}
