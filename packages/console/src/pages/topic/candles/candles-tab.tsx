import type { ApiTopic } from '@pulsemq/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dateTimeText } from '../../../format/time.js';
import { Empty } from '../../../parts/empty.js';
import type { PriceSeries } from '../../../parts/payload/bars.js';
import { Unloaded } from '../../../parts/unloaded.js';
import { WhereKept } from '../where-kept.js';
import { CandleBar } from './candle-bar.js';
import { type CandleChoice, type ChosenColumns, chosenColumns } from './candle-columns.js';
import { type CandleRange, lengthFor, type Span, secondsOfLength, spanBefore } from './candle-range.js';
import classNames from './candles.module.css';
import { type Candles, readCandles, readSource } from './read-candles.js';

const PriceChart = lazy(async () => ({ default: (await import('../../../parts/payload/price-chart.js')).PriceChart }));

/** A range that ends now is read again so often. Each question is a process of the broker. */
const refreshMs = 30_000;
const chartPx = 420;

function CandleChart({ candles, length }: { readonly candles: Candles; readonly length: string }) {
  const { t } = useTranslation();
  const { bars, hasMore } = candles;
  const barSeconds = secondsOfLength(length);
  const series = useMemo(
    (): PriceSeries => ({ kind: 'candles', hasTime: true, isWallClock: false, barSeconds, bars }),
    [bars, barSeconds],
  );
  if (bars.length === 0) return <Empty text={t('topic.candles.none')} />;
  return (
    <>
      <Suspense fallback={<div style={{ height: chartPx }} />}>
        <PriceChart series={series} height={chartPx} />
      </Suspense>
      {hasMore && (
        <p className="muted">{t('topic.candles.cut', { to: dateTimeText(new Date(bars.at(-1)!.time * 1000)) })}</p>
      )}
    </>
  );
}

/** The chart of a question, once its columns are known. */
function ChosenCandles(props: Shown & { readonly topic: ApiTopic; readonly chosen: ChosenColumns }) {
  const { topic, range, length, endMs, chosen } = props;
  const query = useQuery({
    queryKey: ['candles', topic.id, range, length, endMs, chosen],
    queryFn: ({ signal }) => readCandles({ topic, span: spanOf(props), length, chosen }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: endMs === null ? refreshMs : false,
    retry: false,
  });
  const { data: candles, error } = query;
  if (candles === undefined || error !== null) return <Unloaded query={query} />;
  return (
    <div aria-busy={query.isPlaceholderData || undefined}>
      <CandleChart candles={candles} length={length} />
    </div>
  );
}

/** What is shown: a range up to an end, null for now, in candles of a length. */
interface Shown {
  readonly range: CandleRange;
  readonly length: string;
  readonly endMs: number | null;
}

const spanOf = ({ range, endMs }: Shown): Span => spanBefore(range, endMs ?? Date.now());

function CandlesOf({ topic }: { readonly topic: ApiTopic }) {
  const { t } = useTranslation();
  const [range, setRange] = useState<CandleRange>('1d');
  const [chosenLength, setLength] = useState<string | null>(null);
  const [endMs, setEndMs] = useState<number | null>(null);
  const [choice, setChoice] = useState<CandleChoice>({});
  const shown: Shown = { range, length: lengthFor(range, chosenLength), endMs };
  const query = useQuery({
    queryKey: ['candle-source', topic.id, range, endMs],
    queryFn: ({ signal }) => readSource(topic, spanOf(shown), signal),
    placeholderData: keepPreviousData,
    // A range without a number may get one.
    refetchInterval: ({ state }) => (endMs === null && state.data?.columns.price === undefined ? refreshMs : false),
    retry: false,
  });
  const { data: source, error } = query;
  const chosen = source === undefined ? undefined : chosenColumns(source, choice);
  return (
    <div className={classNames.candles}>
      <CandleBar
        {...shown}
        choice={choice}
        source={source}
        onRange={setRange}
        onLength={setLength}
        onEnd={setEndMs}
        onChoice={setChoice}
      />
      {(source === undefined || error !== null) && <Unloaded query={query} />}
      {query.isPlaceholderData && <div style={{ height: chartPx }} aria-busy="true" />}
      {source !== undefined && !query.isPlaceholderData && (
        <>
          {chosen === undefined && <Empty text={t('topic.candles.noNumbers')} />}
          {chosen !== undefined && <ChosenCandles {...shown} topic={topic} chosen={chosen} />}
        </>
      )}
    </div>
  );
}

/** Candles of a topic over hours, days or months, from the journal. */
export function CandlesTab({ topic }: { readonly topic: ApiTopic }) {
  return (
    <WhereKept topic={topic}>
      <CandlesOf topic={topic} />
    </WhereKept>
  );
}
