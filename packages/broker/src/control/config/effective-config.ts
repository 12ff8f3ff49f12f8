import type { z } from 'zod';
import { StartupError } from '../startup-error.js';
import { type Config, configSchema, configSections } from './config-schema.js';
import { withNewNames } from './renamed-settings.js';
import { settingList } from './setting-list.js';

/**
 * Where a value came from. `flag`: an option of the command; `option`: a program gave it to PulseMQServer; `api`: it was changed while the
 * broker ran.
 */
export type ConfigSource = 'default' | 'file' | 'environment' | 'flag' | 'option' | 'api';

/** Part of the configuration, not yet checked. A later layer overrides an earlier one. */
export interface ConfigLayer {
  readonly source: Exclude<ConfigSource, 'default'>;
  readonly values: Readonly<Record<string, unknown>>;
  /** Lines for the log: something has no effect, or an old name. */
  readonly warnings?: readonly string[];
  /** What is wrong and so not among the values, one sentence each. */
  readonly problems?: readonly string[];
}

/** The effective configuration, and the source of every value that is not a default, by `section.key`. */
export interface EffectiveConfig {
  readonly config: Config;
  readonly sources: ReadonlyMap<string, ConfigSource>;
  /** Lines for the log. */
  readonly warnings: readonly string[];
}

/** Merges the layers and checks the result. Throws a StartupError with the key, the value and the allowed range. */
export function effectiveConfig(layers: readonly ConfigLayer[]): EffectiveConfig {
  const { merged, sources, warnings, problems } = mergeLayers(layers);
  if (problems.length > 0) throw new StartupError(`configuration: ${problems[0]}`);
  const result = configSchema.safeParse(merged);
  if (!result.success) throw new StartupError(`configuration: ${problemOf(result.error.issues[0]!, merged)}`);
  return { config: result.data, sources, warnings };
}

/** One sentence for each problem of a configuration; empty when a broker accepts it. */
export function configProblems(layers: readonly ConfigLayer[]): string[] {
  const { merged, problems } = mergeLayers(layers);
  const issues = configSchema.safeParse(merged).error?.issues ?? [];
  const others = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [problemOf(issue, merged)];
    return issue.keys.map((key) => problemOf({ ...issue, keys: [key] }, merged));
  });
  return [...problems, ...others];
}

interface Merged {
  readonly merged: Record<string, unknown>;
  readonly sources: Map<string, ConfigSource>;
  readonly warnings: string[];
  readonly problems: string[];
}

function mergeLayers(layers: readonly ConfigLayer[]): Merged {
  // Without a prototype, so that a section named "constructor" is unknown too.
  const merged: Record<string, unknown> = Object.create(null);
  const sources = new Map<string, ConfigSource>();
  const warnings: string[] = [];
  const problems: string[] = [];
  for (const layer of layers) {
    const named = withNewNames(layer.values);
    warnings.push(...(layer.warnings ?? []), ...named.warnings);
    problems.push(...(layer.problems ?? []), ...named.problems);
    for (const [section, content] of Object.entries(named.values)) {
      for (const key of mergeSection(merged, section, content)) sources.set(`${section}.${key}`, layer.source);
    }
  }
  return { merged, sources, warnings, problems };
}

/** Puts a section of a layer over what there is; returns the keys that it gives. */
function mergeSection(merged: Record<string, unknown>, section: string, content: unknown): string[] {
  const present = merged[section];
  // A value that is not a section stays, so that the check names it.
  if (isNothing(content) || !(isNothing(present) || isMapping(present))) {
    merged[section] ??= content;
    return [];
  }
  if (!isMapping(content)) {
    merged[section] = content;
    return [];
  }
  const given = Object.entries(content).filter(([, value]) => value !== undefined);
  merged[section] = { ...present, ...Object.fromEntries(given) };
  return given.map(([key]) => key);
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
