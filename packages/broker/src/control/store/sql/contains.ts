import { type RawBuilder, sql } from 'kysely';

/** `column` contains `text`, whatever characters it has, upper and lower case alike. */
export const contains = (column: string, text: string): RawBuilder<boolean> =>
  sql<boolean>`instr(lower(${sql.ref(column)}), ${text.toLowerCase()}) > 0`;
