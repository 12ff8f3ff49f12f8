import { type RawBuilder, sql } from 'kysely';

/** `column` contains `text`. Ignores case, and no character of the text is a wildcard. */
export const contains = (column: string, text: string): RawBuilder<boolean> => {
  const literally = text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&');
  return sql<boolean>`lower(${sql.ref(column)}) like ${`%${literally}%`} escape '\\'`;
};
