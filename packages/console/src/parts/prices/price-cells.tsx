import type { TFunction } from 'i18next';
import { memo, useSyncExternalStore } from 'react';
import { compact, exact } from '../../format/number.js';
import { agoText, clockMsText } from '../../format/time.js';
import { now } from '../../live/now.js';
import { useStore } from '../../state/use-store.js';
import { Sparkline } from '../sparkline.js';
import { StatusMark } from '../status-mark.js';
import { ConditionMark } from '../topic-condition.js';
import type { BoardRow, Price } from './board-row.js';
import classNames from './price-cells.module.css';
import type { PriceRole } from './price-fields.js';

/** A change is shown for this long; the animation of the style is as long. */
const flashMs = 700;

interface CellProps {
  readonly row: BoardRow;
}

interface TextCellProps extends CellProps {
  readonly t: TFunction;
}

/** Renders the cell again when its row changes. */
const useRow = (row: BoardRow): number => useSyncExternalStore(row.subscribe, row.version);

const formats = new Map<number, Intl.NumberFormat>();

/** 1,402.50 with the digits of the row. */
export function priceText(value: number | null, digits: number): string {
  if (value === null) return '–';
  let format = formats.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  return format.format(value);
}

/** +1.24 % */
export function percentText(value: number | null): string {
  if (value === null) return '–';
  const text = value.toFixed(2);
  return value > 0 && text !== '0.00' ? `+${text}` : text.replace(/^-(0\.00)$/, '$1');
}

const moveOf = (value: number | null): 'rise' | 'fall' | undefined => {
  if (value === null || value === 0) return undefined;
  return value > 0 ? 'rise' : 'fall';
};

/** The direction of a change that is new; a row that scrolls into view shows none. */
const flashOf = ({ direction, changedAt }: Price): 'rise' | 'fall' | undefined =>
  performance.now() - changedAt < flashMs ? moveOf(direction) : undefined;

/** A price. It flashes in the colour of its change. */
export const PriceCell = memo(function PriceCell(props: CellProps & { readonly price: PriceRole }) {
  const { row } = props;
  useRow(row);
  const price = row.price(props.price);
  return (
    // Another key starts the animation again.
    <span key={price.changedAt} className={`${classNames.price} figure`} data-flash={flashOf(price)}>
      {priceText(price.value, row.digits)}
    </span>
  );
});

export const ChangeCell = memo(function ChangeCell({ row, t }: TextCellProps) {
  useRow(row);
  const { changePercent, basis, digits } = row;
  const { value } = row.price('last');
  const isFromClose = row.price('prevClose').value !== null;
  const title =
    value === null || basis === null
      ? undefined
      : t(isFromClose ? 'prices.fromClose' : 'prices.fromFirst', {
          change: priceText(value - basis, digits),
          basis: priceText(basis, digits),
        });
  return (
    <span className={`${classNames.change} figure`} data-move={moveOf(changePercent)} title={title}>
      {percentText(changePercent)}
    </span>
  );
});

export const VolumeCell = memo(function VolumeCell({ row }: CellProps) {
  useRow(row);
  const { value } = row.price('volume');
  return (
    <span className="figure" title={exact(value)}>
      {compact(value)}
    </span>
  );
});

export const TrailCell = memo(function TrailCell({ row }: CellProps) {
  useRow(row);
  return (
    <span className={classNames.change} data-move={moveOf(row.changePercent)}>
      <Sparkline values={row.trail} colour="currentColor" isFromLowest />
    </span>
  );
});

export const AgeCell = memo(function AgeCell({ row, t }: TextCellProps) {
  useRow(row);
  const nowMs = useStore(now);
  const at = new Date(row.receivedAtMs);
  return (
    <time className="figure" dateTime={at.toISOString()} title={clockMsText(at)}>
      {agoText(t, nowMs - row.receivedAtMs)}
    </time>
  );
});

export const StatusCell = memo(function StatusCell({ row, t }: TextCellProps) {
  useRow(row);
  const { status } = row;
  if (!row.isConfirmed) {
    return (
      <span title={t('prices.unconfirmedHint')}>
        <StatusMark status="off">{t('prices.unconfirmed')}</StatusMark>
      </span>
    );
  }
  const isStale = status?.state === 'stale';
  const condition = {
    is_stale: isStale,
    publisher: status?.publisher ?? 'present',
    stale_since: isStale ? new Date(status.since_us / 1000).toISOString() : null,
    reason: status?.reason ?? null,
  };
  return <ConditionMark t={t} condition={condition} hasData />;
});

/** Any other column of the payloads, as it is. */
export const ValueCell = memo(function ValueCell({ row, name }: CellProps & { readonly name: string }) {
  useRow(row);
  const value = row.values[name];
  const text = value === null || value === undefined ? '–' : String(value);
  return (
    <span className="figure" title={text}>
      {text}
    </span>
  );
});
