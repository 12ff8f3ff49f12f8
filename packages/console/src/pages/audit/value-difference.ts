/** One field that an audit row changed; null where it did not exist. */
export interface FieldDifference {
  /** Empty when the whole value is not an object. */
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly isChanged: boolean;
}

type Fields = ReadonlyMap<string, string>;

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The fields of a stored value. A value that is not an object is one field without a name. */
function fieldsOf(text: string | null): Fields {
  if (text === null) return new Map();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Older versions wrote plain text instead of JSON.
    value = text;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map([['', shown(value)]]);
  return new Map(Object.entries(value).map(([field, part]) => [field, shown(part)]));
}

/** The values before and after, field by field, in the order of the fields. */
export function differenceOf(oldValue: string | null, newValue: string | null): readonly FieldDifference[] {
  const before = fieldsOf(oldValue);
  const after = fieldsOf(newValue);
  return [...new Set([...before.keys(), ...after.keys()])].map((field) => {
    const was = before.get(field) ?? null;
    const is = after.get(field) ?? null;
    return { field, before: was, after: is, isChanged: was !== is };
  });
}

/** The changed fields in one line: `role: sub → pub`. */
export const differenceText = (oldValue: string | null, newValue: string | null): string =>
  differenceOf(oldValue, newValue)
    .filter(({ isChanged }) => isChanged)
    .map(({ field, before, after }) => `${field === '' ? '' : `${field}: `}${before ?? '–'} → ${after ?? '–'}`)
    .join(', ');
