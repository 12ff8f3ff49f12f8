import { Button, SegmentedControl, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { dateTimeText } from '../../../format/time.js';
import { type CandleChoice, type CandleSource, chosenColumns } from './candle-columns.js';
import { type CandleRange, candleRanges, lengthsFor, movedEnd, spanBefore } from './candle-range.js';
import classNames from './candles.module.css';

interface BarProps {
  readonly range: CandleRange;
  readonly length: string;
  /** The end of the range; null for now. */
  readonly endMs: number | null;
  readonly choice: CandleChoice;
  readonly source: CandleSource | undefined;
  readonly onRange: (range: CandleRange) => void;
  readonly onLength: (length: string | null) => void;
  readonly onEnd: (endMs: number | null) => void;
  readonly onChoice: (choice: CandleChoice) => void;
}

/** Stands for the choice of no column in a list of columns: a space, which is the name of no column. */
const noColumn = ' ';

function Columns({
  source,
  choice,
  onChoice,
}: Pick<BarProps, 'choice' | 'onChoice'> & { readonly source: CandleSource }) {
  const { t } = useTranslation();
  const { columns, isPublished } = source;
  const used = chosenColumns(source, choice);
  if (used === undefined) return null;
  const { price, size } = used;
  const labelled = (label: string) => columns.numbers.map((name) => ({ value: name, label: `${label}: ${name}` }));
  const prices = labelled(t('payload.price'));
  const chosen = (value: string | null): string | null => (value === noColumn ? null : value);
  return (
    <>
      <Select
        aria-label={t('topic.candles.price')}
        title={t('topic.candles.price')}
        className={classNames.column}
        allowDeselect={false}
        value={price ?? noColumn}
        data={isPublished ? [{ value: noColumn, label: t('topic.candles.published') }, ...prices] : prices}
        onChange={(value) => onChoice({ ...choice, price: chosen(value) })}
      />
      {price !== null && (
        <Select
          aria-label={t('topic.candles.size')}
          title={t('topic.candles.size')}
          className={classNames.column}
          allowDeselect={false}
          value={size ?? noColumn}
          data={[{ value: noColumn, label: t('topic.candles.noSize') }, ...labelled(t('payload.volume'))]}
          onChange={(value) => onChoice({ ...choice, size: chosen(value) })}
        />
      )}
    </>
  );
}

/** The range, the length of a candle, the columns, and the way to earlier and later ranges. */
export function CandleBar(props: BarProps) {
  const { t } = useTranslation();
  const { range, length, endMs, onEnd } = props;
  const nowMs = Date.now();
  const span = spanBefore(range, endMs ?? nowMs);
  const move = (steps: number): void => onEnd(movedEnd(range, endMs ?? nowMs, steps, nowMs));
  const textOf = (ms: number): string => dateTimeText(new Date(ms)).slice(0, -3);
  return (
    <div className={classNames.bar}>
      <SegmentedControl
        aria-label={t('ranges.label')}
        value={range}
        onChange={props.onRange}
        data={candleRanges.map((value) => ({ value, label: t(`topic.candles.ranges.${value}`) }))}
      />
      <Select
        aria-label={t('topic.candles.length')}
        title={t('topic.candles.length')}
        className={classNames.length}
        allowDeselect={false}
        value={length}
        data={[...lengthsFor(range)]}
        onChange={props.onLength}
      />
      {props.source !== undefined && <Columns {...props} source={props.source} />}
      <div className={classNames.move}>
        <Button variant="default" onClick={() => move(-1)}>
          {t('topic.candles.earlier')}
        </Button>
        <Button variant="default" disabled={endMs === null} onClick={() => move(1)}>
          {t('topic.candles.later')}
        </Button>
        <span className="muted">
          {t('topic.candles.span', {
            from: textOf(span.fromMs),
            to: endMs === null ? t('topic.candles.now') : textOf(span.toMs),
          })}
        </span>
      </div>
    </div>
  );
}
