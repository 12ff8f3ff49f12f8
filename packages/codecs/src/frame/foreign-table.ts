import type { Table } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import type { NamedValues } from './named-values.js';

/** A table of apache-arrow, recognised by its shape, because this package does not depend on it. */
export interface ApacheTable {
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: unknown }[] };
  getChildAt(index: number): Iterable<unknown> | null;
}

export const isApacheTable = (data: unknown): data is ApacheTable =>
  typeof data === 'object' && data !== null && 'getChildAt' in data && 'schema' in data && !isFlechetteTable(data);

/** A table of flechette, maybe of another copy of the package. */
export const isFlechetteTable = (data: unknown): data is Table =>
  typeof data === 'object' && data !== null && 'numRows' in data && 'children' in data && 'names' in data;

/** Types whose values apache-arrow returns exactly. It returns times as milliseconds, decimals as words, lists as views. */
const exactTypes =
  /^(Null|Bool|Utf8|LargeUtf8|Binary|LargeBinary|Float64|Float32|U?[Ii]nt(8|16|32|64)|Dictionary<.*, (Utf8|LargeUtf8)>)$/;

/** The columns of a table. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for a type whose values apache-arrow does not return exactly. */
export const apacheColumns = (table: ApacheTable): NamedValues[] =>
  table.schema.fields.map(({ name, type }, index) => {
    if (exactTypes.test(String(type))) return [name, [...(table.getChildAt(index) ?? [])]];
    throw badPayload(
      `column ${JSON.stringify(name)} of the apache-arrow table has the type ${type}, whose values it does not return exactly: publish tableToIPC(table, 'stream') instead`,
    );
  });
