import { type DataType, Type } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import { dtypeOf } from './dtype.js';

/**
 * Extension types: a name in the metadata of a field that gives the stored values another meaning (Arrow columnar format, "Extension
 * Types"). The decoder shows the stored values.
 */

/** Makes the value of a stored one that is not missing. */
type FromStored = (stored: never) => unknown;

/** An extension type that has values in JavaScript, with the type that stores it. */
interface Known {
  readonly isStoredAs: (type: DataType) => boolean;
  readonly fromStored: FromStored;
}

const known: ReadonlyMap<string, Known> = new Map<string, Known>([
  [
    'arrow.bool8',
    {
      isStoredAs: (type) => type.typeId === Type.Int && type.bitWidth === 8,
      fromStored: (stored: number) => stored !== 0,
    },
  ],
  [
    'arrow.uuid',
    {
      isStoredAs: (type) => type.typeId === Type.FixedSizeBinary && type.stride === 16,
      fromStored: (stored: Uint8Array) => uuidText(stored),
    },
  ],
]);

/** A field of flechette, whose types leave out that most have no metadata. */
export interface MarkedField {
  readonly name: string;
  readonly type: DataType;
  readonly metadata: ReadonlyMap<string, string> | null;
}

const nameKey = 'ARROW:extension:name';

/** The name of the extension type of a field; undefined if it has none. */
export const extensionName = ({ metadata }: Pick<MarkedField, 'metadata'>): string | undefined =>
  metadata?.get(nameKey);

/** True if a field, or a field inside of it, has an extension type. */
export const hasExtension = (field: Pick<MarkedField, 'type' | 'metadata'>): boolean =>
  extensionName(field) !== undefined || childrenOf(field.type).some(hasExtension);

/** The fields inside of a type. */
export const childrenOf = (type: DataType): readonly MarkedField[] =>
  'children' in type ? ((type.children as readonly MarkedField[] | null) ?? []) : [];

/**
 * How the stored values of an extension type become values; undefined for other fields. Throws a PulseMQError `PMQ_BAD_PAYLOAD` that names
 * the column for a type that JavaScript has no value for: the stored ones would be wrong, such as 200 for the quarter 2020Q1.
 */
export function valuesOfExtension(column: string, name: string | undefined, type: DataType): FromStored | undefined {
  if (name === undefined) return undefined;
  const extension = known.get(name);
  if (extension?.isStoredAs(type.typeId === Type.Dictionary ? type.dictionary : type)) return extension.fromStored;
  throw badPayload(
    `column ${JSON.stringify(column)} has the extension type ${name}, stored as ${dtypeOf(type)}, whose values JavaScript cannot hold: use table() for the stored ones`,
  );
}

/** RFC 9562, section 4: `550e8400-e29b-41d4-a716-446655440000`. */
function uuidText(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
