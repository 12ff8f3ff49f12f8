import { connectionColumns, type Row } from '../../port-report.js';

/** Totals of one connection, as the engine reports them. */
export type ConnectionRow = Row<typeof connectionColumns>;

export const emptyConnectionRow = Object.fromEntries(connectionColumns.map((name) => [name, 0])) as ConnectionRow;

/** Id of a connection in the API: `s` and the number of its session, or `c` and the number of a subscriber without one. */
export const connectionId = ({ session, subscriber }: { session: number; subscriber: number }): string =>
  session > 0 ? `s${session}` : `c${subscriber}`;

/** Messages the connection has lost, whatever the reason. */
export const droppedCountOf = (row: ConnectionRow): number =>
  row.droppedHwm + row.droppedOutboxBytes + row.droppedOutboxTotalBytes + row.droppedAtClose;
