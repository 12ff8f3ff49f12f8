import { z } from 'zod';

/** Unknown fields that a refusal names. */
const namedMaxCount = 10;

/** The query of a route, with these fields and no other: one that is misspelt is refused rather than ignored. */
export function strictQuery<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const names = issue.keys.slice(0, namedMaxCount).map((name) => JSON.stringify(name));
      return `unknown ${names.length === 1 ? 'field' : 'fields'} ${names.join(', ')}; expected ${known}`;
    },
  });
}
