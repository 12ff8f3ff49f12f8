/** A boolean as its column stores it; undefined, which leaves the column as it is, stays undefined. */
export const columnOfFlag = (flag: boolean | undefined): number | undefined =>
  flag === undefined ? undefined : Number(flag);
