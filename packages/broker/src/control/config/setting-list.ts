import { z } from 'zod';
import { type Config, configSections } from './config-schema.js';

/** Description of one setting. */
export interface SettingDescription {
  /** Such as `server.pub_port`. */
  readonly key: string;
  /** Type of its value; a list has texts. */
  readonly type: 'number' | 'boolean' | 'list' | 'text';
  readonly defaultValue: string | number | boolean | null;
  readonly unit: string;
  /** Such as `0 to 65535` or `debug, info, warn, error`. */
  readonly range: string;
  readonly description: string;
  readonly isSecret: boolean;
}

/** All settings in the order of the schema, with the descriptions that the schema has. */
export function settingList(): SettingDescription[] {
  return Object.entries(configSections).flatMap(([section, schema]) => {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
    return Object.entries(properties).map(([key, property]) => describeSetting(`${section}.${key}`, property));
  });
}

type Value = SettingDescription['defaultValue'];

/** A list as one text. An empty one is not set. */
const plain = (value: Value | readonly Value[]): Value => {
  if (!Array.isArray(value)) return value as Value;
  return value.length === 0 ? null : value.join(', ');
};

type Property = z.core.JSONSchema._JSONSchema;

function describeSetting(key: string, property: Property): SettingDescription {
  const outer = property as z.core.JSONSchema.JSONSchema;
  // A nullable type is `anyOf` two; the first has the range.
  const inner = (outer.anyOf?.[0] ?? outer) as z.core.JSONSchema.JSONSchema;
  return {
    key,
    type: typeOf(inner),
    defaultValue: plain(outer.default as Value | Value[]),
    unit: String(outer.unit ?? inner.unit ?? ''),
    range: rangeOf(inner),
    description: String(outer.description ?? ''),
    isSecret: outer.secret === true || inner.secret === true,
  };
}

function typeOf({ type }: z.core.JSONSchema.JSONSchema): SettingDescription['type'] {
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'array') return 'list';
  return type === 'boolean' ? 'boolean' : 'text';
}

function rangeOf(schema: z.core.JSONSchema.JSONSchema): string {
  if (schema.enum !== undefined) return schema.enum.join(', ');
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === 'array') return String(schema.range ?? 'list of addresses and ranges');
  if (schema.type === 'boolean') return 'true, false';
  if (schema.type === 'integer') return `${schema.minimum} to ${schema.maximum}`;
  if (typeof schema.range === 'string') return schema.range;
  return (schema.minLength ?? 0) > 1 ? `text, at least ${schema.minLength} characters` : 'text';
}

/** Value of a setting, by its key such as `server.pub_port`. */
export function settingValue(config: Config, key: string): string | number | boolean | null {
  const [section, name] = key.split('.') as [keyof Config, string];
  return plain((config[section] as Record<string, Value | Value[]>)[name] ?? null);
}
