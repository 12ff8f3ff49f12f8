import type { FieldProblem } from './api-error.js';

/** One problem of a request, as the framework reports it for zod's schemas. */
export interface SchemaProblem {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Messages of zod itself. Schemas with an error text of their own need no other. */
const zodWords =
  /^(Invalid input: expected|Invalid option: expected|Too big: expected|Too small: expected|Unrecognized key)/;

/** The same for people: the field of `body`, `query` or `params`, and what it must be. */
export function fieldProblem(where: string, problem: SchemaProblem): FieldProblem {
  const { instancePath, message = 'is not valid' } = problem;
  return {
    // A problem of the whole body has the path `/`.
    field: `${where}${instancePath.replaceAll('/', '.').replace(/\.$/, '')}`,
    problem: (zodWords.test(message) ? plainText(problem, message) : undefined) ?? message,
  };
}

function plainText({ keyword, params }: SchemaProblem, message: string): string | undefined {
  switch (keyword) {
    case 'invalid_type': {
      const received = message.split('received ')[1];
      if (received === 'undefined') return 'is missing';
      return `must be ${named(String(params.expected))}, not ${named(String(received))}`;
    }
    case 'invalid_value': {
      const values = (params.values as readonly unknown[]).map((value) => JSON.stringify(value));
      return `must be ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
    }
    case 'too_big':
      if (isNumber(params)) return `must be at most ${params.maximum}`;
      return `must have at most ${params.maximum} ${parts[String(params.origin)] ?? 'parts'}`;
    case 'too_small':
      if (isNumber(params)) return `must be at least ${params.minimum}`;
      if (params.minimum === 1) return 'is empty';
      return `must have at least ${params.minimum} ${parts[String(params.origin)] ?? 'parts'}`;
    case 'unrecognized_keys': {
      const names = (params.keys as readonly string[]).slice(0, namedMaxCount).map((name) => JSON.stringify(name));
      return `unknown ${names.length === 1 ? 'field' : 'fields'} ${names.join(', ')}`;
    }
    default:
      return undefined;
  }
}

const isNumber = ({ origin }: SchemaProblem['params']): boolean => origin === 'number' || origin === 'int';

/** Unknown fields that a text lists. */
const namedMaxCount = 10;

const parts: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

const named = (type: string): string => {
  if (type === 'null') return type;
  return `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`;
};
