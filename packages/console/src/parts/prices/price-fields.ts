/** The prices of a board. */
export const priceRoles = ['last', 'prevClose', 'bid', 'ask', 'volume'] as const;
export type PriceRole = (typeof priceRoles)[number];

/** The columns of each price, the best first: a topic shows the first one that its payload has. Feeds of a board may differ in their names. */
export type PriceFields = Readonly<Record<PriceRole, readonly string[]>>;

/** What the viewer chose instead of the columns that were found. Null: no column. */
export type FieldChoice = Readonly<Partial<Record<PriceRole, string | null>>>;

/** Names that feeds use, the best first, in lower case and without spaces, dashes and underscores. */
const names: Readonly<Record<PriceRole, readonly string[]>> = {
  last: [
    ...['last', 'lastprice', 'lastpx', 'price', 'px', 'tradeprice', '最新价', '最新', '现价', '成交价', '价格'],
    ...['close', 'closeprice', '收盘', '收盘价', 'mid', 'value'],
  ],
  prevClose: [
    ...['prevclose', 'preclose', 'previousclose', 'prevcloseprice', 'precloseprice', 'lastclose', 'yesterdayclose'],
    ...['presettle', 'presettlement', '昨收', '昨收价', '前收盘', '前收盘价', '昨结', '昨结算'],
  ],
  bid: ['bid', 'bid1', 'bidprice', 'bidprice1', 'bidpx', 'bidpx1', 'bp1', '买一', '买一价', '买价', '买入价'],
  ask: ['ask', 'ask1', 'askprice', 'askprice1', 'askpx', 'askpx1', 'ap1', 'offer', '卖一', '卖一价', '卖价', '卖出价'],
  volume: ['volume', 'vol', 'totalvolume', 'cumvolume', 'qty', '成交量', '总成交量', '总量', '总手'],
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');

const rolesWith = (columnsOf: (role: PriceRole) => readonly string[]): PriceFields => ({
  last: columnsOf('last'),
  prevClose: columnsOf('prevClose'),
  bid: columnsOf('bid'),
  ask: columnsOf('ask'),
  volume: columnsOf('volume'),
});

/** The columns that are prices by their names. */
export function fieldsOf(columns: readonly string[]): PriceFields {
  const known = columns.map((column) => ({ column, name: plain(column) }));
  return rolesWith((role) =>
    names[role].flatMap((wanted) => known.filter(({ name }) => name === wanted).map(({ column }) => column)),
  );
}

/** The same, with what the viewer chose. */
export function chosenFields(columns: readonly string[], choice: FieldChoice): PriceFields {
  const found = fieldsOf(columns);
  return rolesWith((role) => {
    const chosen = choice[role];
    if (chosen === undefined) return found[role];
    return chosen === null ? [] : [chosen];
  });
}

/** A cell as a number; null when it is not a number. */
export function numberOf(cell: number | string | null | undefined): number | null {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : null;
  if (typeof cell !== 'string' || cell.trim() === '') return null;
  const number = Number(cell);
  return Number.isFinite(number) ? number : null;
}
