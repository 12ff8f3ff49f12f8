/** One field of what an audit row changed; null where it did not exist. */
export interface FieldDifference {
  /** Empty where the value is no object. */
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly isChanged: boolean;
}

type Fields = ReadonlyMap<string, string>;

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The fields of a stored value; one that is no object is a field without a name, one that is no JSON is its text. */
function fieldsOf(text: string | null): Fields {
  if (text === null) return new Map();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // An older version wrote plain text.
    value = text;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map([['', shown(value)]]);
  return new Map(Object.entries(value).map(([field, part]) => [field, shown(part)]));
}

/** What was before against what came after, field by field, in the order they came. */
export function differenceOf(oldValue: string | null, newValue: string | null): readonly FieldDifference[] {
  const before = fieldsOf(oldValue);
  const after = fieldsOf(newValue);
  return [...new Set([...before.keys(), ...after.keys()])].map((field) => {
    const was = before.get(field) ?? null;
    const is = after.get(field) ?? null;
    return { field, before: was, after: is, isChanged: was !== is };
  });
}

/** The difference in one line: `role: sub → pub`. */
export const differenceText = (oldValue: string | null, newValue: string | null): string =>
  differenceOf(oldValue, newValue)
    .filter(({ isChanged }) => isChanged)
    .map(({ field, before, after }) => `${field === '' ? '' : `${field}: `}${before ?? '–'} → ${after ?? '–'}`)
    .join(', ');
