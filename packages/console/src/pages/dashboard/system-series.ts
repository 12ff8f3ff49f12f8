import type { HistoryRange, SystemFigures, SystemPoint } from '@pulsemq/protocol';

/** One column for each line of the charts. Rates are per second, for every step of the history. */
export interface SystemSeries {
  readonly times: readonly number[];
  readonly messagesIn: readonly number[];
  readonly messagesOut: readonly number[];
  readonly bytesIn: readonly number[];
  readonly bytesOut: readonly number[];
  readonly dropped: readonly number[];
  readonly brokerP50: readonly (number | null)[];
  readonly brokerP95: readonly (number | null)[];
  readonly brokerP99: readonly (number | null)[];
  readonly publisherP50: readonly (number | null)[];
  readonly publisherP99: readonly (number | null)[];
  readonly loopLag: readonly number[];
  readonly memory: readonly number[];
  readonly connections: readonly number[];
  readonly users: readonly number[];
}

/** The seconds between two points, and the seconds that the range covers. */
export const rangeShape: Readonly<
  Record<HistoryRange, { readonly stepSeconds: number; readonly spanSeconds: number }>
> = {
  '5m': { stepSeconds: 1, spanSeconds: 300 },
  '1h': { stepSeconds: 60, spanSeconds: 3600 },
  '8h': { stepSeconds: 60, spanSeconds: 28_800 },
  '7d': { stepSeconds: 3600, spanSeconds: 604_800 },
};

/** A live snapshot as a point of the history. */
export function pointOf(figures: SystemFigures): SystemPoint {
  return {
    ts: Math.floor(Date.parse(figures.at) / 1000),
    msg_count: figures.msg_rate,
    byte_count: figures.byte_rate,
    delivered_count: figures.delivered_rate,
    delivered_bytes: figures.delivered_byte_rate,
    dropped_count: figures.dropped_rate,
    connections: figures.connections,
    online_users: figures.online_users,
    auth_total: figures.auth_total,
    auth_fail: figures.auth_fail,
    perm_denied: figures.perm_denied,
    publisher_p50_ms: figures.publisher_to_broker_ms?.p50 ?? null,
    publisher_p99_ms: figures.publisher_to_broker_ms?.p99 ?? null,
    broker_p50_us: figures.broker_to_socket_us?.p50 ?? null,
    broker_p95_us: figures.broker_to_socket_us?.p95 ?? null,
    broker_p99_us: figures.broker_to_socket_us?.p99 ?? null,
    broker_max_us: figures.broker_to_socket_us?.max ?? null,
    engine_loop_lag_ms: figures.engine_loop_lag_ms,
    memory_mb: figures.memory_mb,
  };
}

/** The stored points, followed by the live ones that are newer. */
export function joinLive(stored: readonly SystemPoint[], live: readonly SystemFigures[]): readonly SystemPoint[] {
  const lastTs = stored.at(-1)?.ts ?? 0;
  return [...stored, ...live.map(pointOf).filter(({ ts }) => ts > lastTs)];
}

/** The points as columns. */
export function seriesOf(points: readonly SystemPoint[], stepSeconds: number): SystemSeries {
  const column = <Value>(read: (point: SystemPoint) => Value): readonly Value[] => points.map(read);
  const rate = (read: (point: SystemPoint) => number): readonly number[] =>
    points.map((point) => read(point) / stepSeconds);
  return {
    times: column(({ ts }) => ts),
    messagesIn: rate((point) => point.msg_count),
    messagesOut: rate((point) => point.delivered_count),
    bytesIn: rate((point) => point.byte_count),
    bytesOut: rate((point) => point.delivered_bytes),
    dropped: rate((point) => point.dropped_count),
    brokerP50: column((point) => point.broker_p50_us),
    brokerP95: column((point) => point.broker_p95_us),
    brokerP99: column((point) => point.broker_p99_us),
    publisherP50: column((point) => point.publisher_p50_ms),
    publisherP99: column((point) => point.publisher_p99_ms),
    loopLag: column((point) => point.engine_loop_lag_ms),
    memory: column((point) => point.memory_mb),
    connections: column((point) => point.connections),
    users: column((point) => point.online_users),
  };
}
