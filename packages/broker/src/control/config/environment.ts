import type { z } from 'zod';
import { configSections } from './config-schema.js';
import { editDistance } from './edit-distance.js';
import type { ConfigLayer } from './effective-config.js';
import { renamedSettings } from './renamed-settings.js';
import { type SettingDescription, settingList } from './setting-list.js';

const prefix = 'PULSEMQ_';

/** A name that differs from a known one by more than this part of its length is not taken for a mistake in typing. */
const typingErrorShare = 1 / 4;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variable of a setting, such as `PULSEMQ_SERVER_PUB_PORT` for `server.pub_port`. */
export const variableOf = (key: string): string => `${prefix}${key.toUpperCase().replaceAll('.', '_')}`;

/**
 * The settings that environment variables give. An empty variable counts as not set. Variables of the same prefix that belong to the
 * command, such as `PULSEMQ_HOST`, are ignored. A variable that looks like a setting and is not one gets a warning.
 */
export function environmentLayer(environment: Environment): ConfigLayer {
  const values: Record<string, Record<string, unknown>> = {};
  const problems: string[] = [];
  const settings = settingList();
  const variables = new Map(settings.map((setting) => [variableOf(setting.key), setting]));
  for (const [variable, setting] of variables) {
    const text = environment[variable];
    if (text === undefined || text === '') continue;
    const value = parsed(setting, text);
    const problem = problemOf(setting, variable, text, value);
    const [section, name] = setting.key.split('.') as [string, string];
    if (problem === undefined) values[section] = { ...values[section], [name]: value };
    else problems.push(problem);
  }
  const unknown = Object.keys(environment).filter((name) => looksLikeSetting(name) && !variables.has(name));
  return { source: 'environment', values, problems, warnings: unknown.map((name) => unknownText(name, settings)) };
}

/** The value of a text; the text itself when it is not of the type, and then the schema refuses it. */
function parsed({ type }: SettingDescription, text: string): unknown {
  switch (type) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return { true: true, false: false }[text] ?? text;
    case 'list':
      return text.split(',').map((entry) => entry.trim());
    case 'text':
      return text;
    default:
      return type satisfies never;
  }
}

function problemOf(setting: SettingDescription, variable: string, text: string, value: unknown): string | undefined {
  const [section, name] = setting.key.split('.') as [keyof typeof configSections, string];
  const schema = (configSections[section].shape as Record<string, z.ZodType>)[name]!;
  const issue = schema.safeParse(value).error?.issues[0];
  if (issue === undefined) return undefined;
  if (issue.code === 'custom') return `${variable}: ${issue.message}`;
  // A secret must not get into a log.
  const shown = setting.isSecret ? '' : ` is ${JSON.stringify(text)};`;
  return `${variable}${shown} allowed: ${setting.range}`;
}

/** The first word is a section, the beginning of one, or differs from one by a letter. */
function looksLikeSetting(name: string): boolean {
  if (!name.startsWith(prefix)) return false;
  const word = name.slice(prefix.length).split('_')[0]!.toLowerCase();
  return Object.keys(configSections).some(
    (section) => (word.length >= 3 && section.startsWith(word)) || editDistance(word, section) <= 1,
  );
}

function unknownText(name: string, settings: readonly SettingDescription[]): string {
  const renamed = Object.entries(renamedSettings).find(([oldKey]) => variableOf(oldKey) === name);
  const meant = renamed === undefined ? closest(name, settings) : variableOf(renamed[1]);
  const hint = meant === undefined ? 'see docs/configuration.md' : `did you mean ${meant}?`;
  return `the environment variable ${name} is not a setting and has no effect; ${hint}`;
}

function closest(name: string, settings: readonly SettingDescription[]): string | undefined {
  const [best] = settings
    .map(({ key }) => ({ variable: variableOf(key), distance: editDistance(name, variableOf(key)) }))
    .sort((left, right) => left.distance - right.distance);
  return best !== undefined && best.distance <= name.length * typingErrorShare ? best.variable : undefined;
}
