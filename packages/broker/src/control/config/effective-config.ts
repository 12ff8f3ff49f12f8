import type { z } from 'zod';
import { StartupError } from '../startup-error.js';
import { type Config, configSchema, configSections } from './config-schema.js';
import { settingList } from './setting-list.js';

/** Where a value came from. `option`: a program gave it to PulseMQServer. */
export type ConfigSource = 'default' | 'file' | 'flag' | 'option';

/** Part of the configuration, not yet checked. A later layer overrides an earlier one. */
export interface ConfigLayer {
  readonly source: Exclude<ConfigSource, 'default'>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The effective configuration, and the source of every value that is not a default, by `section.key`. */
export interface EffectiveConfig {
  readonly config: Config;
  readonly sources: ReadonlyMap<string, ConfigSource>;
}

/** Merges the layers and checks the result. Throws a StartupError with the key, the value and the allowed range. */
export function effectiveConfig(layers: readonly ConfigLayer[]): EffectiveConfig {
  const { merged, sources } = mergeLayers(layers);
  const result = configSchema.safeParse(merged);
  if (!result.success) throw new StartupError(`configuration: ${problemOf(result.error.issues[0]!, merged)}`);
  return { config: result.data, sources };
}

/** One sentence for each problem of a configuration; empty when a broker accepts it. */
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
  // Without a prototype, so that a section named "constructor" is unknown too.
  const merged: Record<string, unknown> = Object.create(null);
  const sources = new Map<string, ConfigSource>();
  for (const { source, values } of layers) {
    for (const [section, content] of Object.entries(values)) {
      const present = merged[section];
      // A value that is not a section stays, so that the check names it.
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
  // A secret must not get into a log.
  const shown = setting?.isSecret === true ? '' : ` is ${shownValue(value)};`;
  return `${path}${shown} ${setting === undefined ? issue.message : `allowed: ${setting.range}`}`;
}

// JSON cannot write NaN and Infinity.
const shownValue = (value: unknown): string => (typeof value === 'number' ? String(value) : JSON.stringify(value));

// Leaves the value out, because it may contain a secret.
function notSection(section: string): string {
  const { shape } = configSections[section as keyof typeof configSections];
  return `${section} must be a section with any of the keys ${Object.keys(shape).join(', ')}`;
}

function suggestion(section: PropertyKey | undefined, key: string): string {
  if (section === undefined) return `; the sections are ${Object.keys(configSections).join(', ')}`;
  const known = configSections[section as keyof typeof configSections]?.shape;
  if (known === undefined) return '';
  const plainKey = key.toLowerCase().replaceAll(/[_-]/g, '');
  const meant = Object.keys(known).find((name) => name.replaceAll('_', '') === plainKey);
  if (meant !== undefined) return `; did you mean "${String(section)}.${meant}"?`;
  return `; the keys of "${String(section)}" are ${Object.keys(known).join(', ')}`;
}
