import { type TableRow, useConnected, useLiveTable } from '@pulsemq/react';
import { memo, useState } from 'react';
import { Candles } from './candles.js';

const columns = ['last', 'bid', 'ask', 'prev_close'];

/** The newest quote of each topic of a pattern, ten times a second at most, and the candles of the chosen one. */
export function Board({ namespace, pattern }: { readonly namespace: string; readonly pattern: string }) {
  const isConnected = useConnected();
  const { rows, state, error } = useLiveTable(namespace, pattern, { columns });
  const [chosen, setChosen] = useState<string>();
  const sorted = [...rows].sort((a, b) => (a.topic < b.topic ? -1 : 1));
  const symbol = chosen ?? (sorted[0] && symbolOf(sorted[0].topic));
  return (
    <main>
      <header>
        <h1>
          {namespace} {pattern}
        </h1>
        <p role="status">{error?.message ?? statusOf(isConnected, state)}</p>
      </header>
      <table>
        <thead>
          <tr>
            {['Symbol', 'Last', 'Change', 'Bid', 'Ask'].map((title) => (
              <th key={title}>{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <Quote key={row.topic} row={row} isChosen={symbolOf(row.topic) === symbol} choose={setChosen} />
          ))}
        </tbody>
      </table>
      {symbol !== undefined && <Candles key={symbol} namespace={namespace} symbol={symbol} />}
    </main>
  );
}

const statusOf = (isConnected: boolean, state: string): string => {
  if (!isConnected) return 'Reconnecting: prices may be out of date';
  return state === 'opening' ? 'Loading' : 'Live';
};

/** `sz000651` of `sz000651.quote`. */
const symbolOf = (topic: string): string => topic.slice(0, topic.lastIndexOf('.'));

interface QuoteProps {
  readonly row: TableRow;
  readonly isChosen: boolean;
  readonly choose: (symbol: string) => void;
}

/** A row that has not changed is the same object, and is not rendered again. */
const Quote = memo(function Quote({ row, isChosen, choose }: QuoteProps) {
  const { topic, values, status, confirmed } = row;
  const [last, close] = [Number(values.last), Number(values.prev_close)];
  const change = last / close - 1;
  const isOld = !confirmed || status?.state === 'stale';
  return (
    <tr className={`${isChosen ? 'chosen' : ''} ${isOld ? 'old' : ''}`}>
      <td>
        <button type="button" onClick={() => choose(symbolOf(topic))}>
          {symbolOf(topic)}
        </button>
      </td>
      <td>{shown(last)}</td>
      <td className={change < 0 ? 'down' : 'up'}>{Number.isFinite(change) ? `${(100 * change).toFixed(2)} %` : ''}</td>
      <td>{shown(Number(values.bid))}</td>
      <td>{shown(Number(values.ask))}</td>
    </tr>
  );
});

const shown = (price: number): string => (Number.isFinite(price) ? price.toFixed(2) : '');
