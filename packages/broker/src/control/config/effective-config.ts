import type { z } from 'zod';
import { StartupError } from '../startup-error.js';
import { type Config, configSchema, configSections } from './config-schema.js';
import { settingList } from './setting-list.js';

/** Where a value came from. `option`: given to PulseMQServer by a program. */
export type ConfigSource = 'default' | 'file' | 'flag' | 'option';

/** A part of the configuration, unchecked, and where it came from. Later layers win. */
export interface ConfigLayer {
  readonly source: Exclude<ConfigSource, 'default'>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The configuration in force, and the source of every key that is not a default, by `section.key`. */
export interface EffectiveConfig {
  readonly config: Config;
  readonly sources: ReadonlyMap<string, ConfigSource>;
}

/** Lays one layer over another and checks the result. Throws a StartupError naming the key, the value and the range. */
export function effectiveConfig(layers: readonly ConfigLayer[]): EffectiveConfig {
  const { merged, sources } = mergeLayers(layers);
  const result = configSchema.safeParse(merged);
  if (!result.success) throw new StartupError(`configuration: ${problemOf(result.error.issues[0]!, merged)}`);
  return { config: result.data, sources };
}

/** Everything that is wrong with a configuration, a sentence for each; empty when a broker would start with it. */
export function configProblems(layers: readonly ConfigLayer[]): string[] {
  const { merged } = mergeLayers(layers);
  const result = configSchema.safeParse(merged);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [problemOf(issue, merged)];
    return issue.keys.map((key) => problemOf({ ...issue, keys: [key] }, merged));
  });
}

function mergeLayers(layers: readonly ConfigLayer[]): {
  merged: Record<string, unknown>;
  sources: Map<string, ConfigSource>;
} {
  // Without a prototype: a section named "constructor" is as unknown as any other.
  const merged: Record<string, unknown> = Object.create(null);
  const sources = new Map<string, ConfigSource>();
  for (const { source, values } of layers) {
    for (const [section, content] of Object.entries(values)) {
      const present = merged[section];
      // What is no section stays there, so that the check below names it.
      if (isNothing(content) || !(isNothing(present) || isMapping(present))) {
        merged[section] ??= content;
        continue;
      }
      if (!isMapping(content)) {
        merged[section] = content;
        continue;
      }
      const given = Object.entries(content).filter(([, value]) => value !== undefined);
      for (const [key] of given) sources.set(`${section}.${key}`, source);
      merged[section] = { ...present, ...Object.fromEntries(given) };
    }
  }
  return { merged, sources };
}

const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined;

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function problemOf(issue: z.core.$ZodIssue, input: unknown): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const name = [...issue.path, issue.keys[0]].join('.');
    return `unknown key "${name}"${suggestion(issue.path[0], issue.keys[0]!)}`;
  }
  if (issue.path.length === 1) return notSection(path);
  if (issue.code === 'custom') return `${path}: ${issue.message}`;
  const setting = settingList().find(({ key }) => key === path);
  const value = issue.path.reduce<unknown>((at, key) => (isMapping(at) ? at[String(key)] : undefined), input);
  // The value of a secret must not reach a log.
  const shown = setting?.isSecret === true ? '' : ` is ${shownValue(value)};`;
  return `${path}${shown} ${setting === undefined ? issue.message : `allowed: ${setting.range}`}`;
}

// JSON has no NaN and no Infinity.
const shownValue = (value: unknown): string => (typeof value === 'number' ? String(value) : JSON.stringify(value));

// Without the value: a secret may stand in it.
function notSection(section: string): string {
  const { shape } = configSections[section as keyof typeof configSections];
  return `${section} must be a section with any of the keys ${Object.keys(shape).join(', ')}`;
}

function suggestion(section: PropertyKey | undefined, key: string): string {
  if (section === undefined) return `; the sections are ${Object.keys(configSections).join(', ')}`;
  const known = configSections[section as keyof typeof configSections]?.shape;
  if (known === undefined) return '';
  return `; "${String(section)}" knows ${Object.keys(known)
    .map((name) => (name.replaceAll('_', '') === key.toLowerCase().replaceAll(/[_-]/g, '') ? `${name} (meant?)` : name))
    .join(', ')}`;
}
