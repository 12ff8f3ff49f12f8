import { type RawBuilder, sql } from 'kysely';

/** `column` contains `text`. Ignores case, and no character of the text is a wildcard. */
export const contains = (column: string, text: string): RawBuilder<boolean> =>
  sql<boolean>`instr(lower(${sql.ref(column)}), ${text.toLowerCase()}) > 0`;
