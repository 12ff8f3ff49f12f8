/** Where a value is: for error texts only. */
export interface CellPlace {
  /** Name of the column, with `[]` for the items of lists and `.name` for the fields of objects. */
  readonly path: string;
  /** Row, from 0. */
  readonly row: number;
}

/** `column "bids[].price", row 3` */
export const cellText = ({ path, row }: CellPlace): string => `column ${JSON.stringify(path)}, row ${row}`;
