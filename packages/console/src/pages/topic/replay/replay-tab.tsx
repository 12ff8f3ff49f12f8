import type { ApiTopic } from '@pulsemq/protocol';
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askHistory, type HistoryRow } from '../../../api/history.js';
import { momentOf } from '../../../format/clock.js';
import { Empty } from '../../../parts/empty.js';
import { FailureAlert } from '../../../parts/problem.js';
import { DataTable } from '../../../parts/table/data-table.js';
import { useStore } from '../../../state/use-store.js';
import type { Span } from '../candles/candle-range.js';
import { pastColumns } from '../past-columns.js';
import { firstTime, lastTime } from '../past-query.js';
import { WhereKept } from '../where-kept.js';
import { Replay } from './replay.js';
import classNames from './replay.module.css';
import { ReplayBar, type Speed, TimeField } from './replay-bar.js';
import { replaySeries } from './replay-series.js';

const PriceChart = lazy(async () => ({ default: (await import('../../../parts/payload/price-chart.js')).PriceChart }));

/** Time between two renderings. */
const stepMs = 200;
const chartPx = 220;

/** The span between the times of two fields; null while they are none. */
function spanOf(from: string, to: string): Span | null {
  const [fromMs, toMs] = [from, to].map((text) => momentOf(text).getTime()) as [number, number];
  return fromMs < toMs ? { fromMs, toMs } : null;
}

/** A replay of the topic that goes on with the time, and ends with the component. */
function useReplay({ namespace, name: pattern }: ApiTopic, span: Span, speed: Speed): Replay {
  const { fromMs, toMs } = span;
  const replay = useMemo(() => {
    const to = new Date(toMs).toISOString();
    return new Replay((from, limit, signal) => askHistory({ namespace, pattern, from, to, limit }, signal), {
      fromMs,
      toMs,
    });
  }, [namespace, pattern, fromMs, toMs]);
  useEffect(() => {
    replay.speed = Number(speed);
  }, [replay, speed]);
  useEffect(() => {
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      replay.advance(now - before);
      before = now;
    }, stepMs);
    return () => {
      clearInterval(timer);
      replay.close();
    };
  }, [replay]);
  return replay;
}

function Played({ rows }: { readonly rows: readonly HistoryRow[] }) {
  const { t } = useTranslation();
  const columns = useMemo(() => pastColumns(t, rows), [t, rows]);
  const series = useMemo(() => replaySeries(rows), [rows]);
  return (
    <>
      {series !== undefined && (
        <Suspense fallback={<div style={{ height: chartPx }} />}>
          <PriceChart series={series} height={chartPx} />
        </Suspense>
      )}
      <DataTable
        id="topic-replay"
        label={t('topic.tabs.replay')}
        rows={rows}
        columns={columns}
        empty={<Empty text={t('topic.replay.none')} />}
      />
    </>
  );
}

function ReplayOf({ topic, span }: { readonly topic: ApiTopic; readonly span: Span }) {
  const [speed, setSpeed] = useState<Speed>('1');
  const replay = useReplay(topic, span, speed);
  const view = useStore(replay.view);
  const rows = useDeferredValue(view.rows);
  return (
    <>
      <ReplayBar
        view={view}
        span={span}
        speed={speed}
        onSpeed={setSpeed}
        onPlay={() => replay.play()}
        onPause={() => replay.pause()}
        onSeek={(positionMs) => replay.seek(positionMs)}
      />
      <FailureAlert failure={view.failure} />
      <Played rows={rows} />
    </>
  );
}

function ReplayRange({ topic }: { readonly topic: ApiTopic }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(() => firstTime(topic));
  const [to, setTo] = useState(() => lastTime(topic));
  const span = spanOf(from, to);
  return (
    <div className={classNames.replay}>
      <div className={classNames.bar}>
        <TimeField label={t('topic.replay.from')} value={from} onChange={setFrom} />
        <TimeField label={t('topic.replay.to')} value={to} onChange={setTo} />
      </div>
      {span === null ? <Empty text={t('topic.replay.noRange')} /> : <ReplayOf topic={topic} span={span} />}
    </div>
  );
}

/** Plays past messages of a topic again: from a time to a time, at their own pace or a multiple of it. */
export function ReplayTab({ topic }: { readonly topic: ApiTopic }) {
  return (
    <WhereKept topic={topic}>
      <ReplayRange topic={topic} />
    </WhereKept>
  );
}
