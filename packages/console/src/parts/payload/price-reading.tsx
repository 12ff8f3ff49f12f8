import { useTranslation } from 'react-i18next';
import { compact, exact } from '../../format/number.js';
import { dateTimeText } from '../../format/time.js';
import type { PriceSeries } from './bars.js';
import classNames from './payload.module.css';
import { areDates, isAsWritten, timesOf } from './price-chart-series.js';

/** A date, or a time without a zone. */
function asWritten(seconds: number, isDate: boolean): string {
  const [day, clock] = new Date(seconds * 1000).toISOString().slice(0, 19).split('T');
  return isDate ? day! : `${day} ${clock}`;
}

/** The time of a bar or of a point: by the clock of the page, or as the publisher wrote it. */
export function readingTime(series: PriceSeries, index: number): string {
  const time = timesOf(series)[index]!;
  if (!series.hasTime) return series.rowNames?.[time] ?? `#${time}`;
  return isAsWritten(series) ? asWritten(time, areDates(series)) : dateTimeText(new Date(time * 1000));
}

function Value({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <span>
      <i>{name}</i> <b className="figure">{text}</b>
    </span>
  );
}

function CandleValues({
  series,
  index,
}: {
  readonly series: PriceSeries & { kind: 'candles' };
  readonly index: number;
}) {
  const { t } = useTranslation();
  const { open, high, low, close, volume } = series.bars[index]!;
  const percent = open === 0 ? null : ((close - open) / Math.abs(open)) * 100;
  return (
    <>
      <Value name={t('payload.open')} text={exact(open)} />
      <Value name={t('payload.high')} text={exact(high)} />
      <Value name={t('payload.low')} text={exact(low)} />
      <Value name={t('payload.close')} text={exact(close)} />
      {volume !== null && <Value name={t('payload.volume')} text={compact(volume)} />}
      {percent !== null && (
        <b className={`figure ${classNames.move}`} data-move={percent > 0 ? 'rise' : percent < 0 ? 'fall' : undefined}>
          {percent > 0 ? '+' : ''}
          {percent.toFixed(2)} %
        </b>
      )}
    </>
  );
}

/** The values of the bar or the point at the cross-hair; of the last one while the pointer is elsewhere. */
export function PriceReading({ series, at }: { readonly series: PriceSeries; readonly at: number | null }) {
  const { t } = useTranslation();
  const last = timesOf(series).length - 1;
  const index = at !== null && at <= last ? at : last;
  return (
    <p className={classNames.reading}>
      <span className="muted">{readingTime(series, index)}</span>
      {series.kind === 'candles' ? (
        <CandleValues series={series} index={index} />
      ) : (
        <Value name={t('payload.price')} text={exact(series.points[index]!.price)} />
      )}
      {series.hasTime && series.isWallClock && (
        <span className="muted" title={t('payload.noZoneHint')}>
          {t('payload.noZone')}
        </span>
      )}
    </p>
  );
}
