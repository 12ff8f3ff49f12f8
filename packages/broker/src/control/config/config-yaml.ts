import type { Config } from './config-schema.js';
import { type ConfigSource, type EffectiveConfig, effectiveConfig } from './effective-config.js';
import { variableOf } from './environment.js';
import { type SettingDescription, settingList } from './setting-list.js';

const head = `# Every setting of the broker, with its default. Keep the lines that you change: pulsemq --config config.yaml
# An environment variable wins over this file, an option of the command over both. "npm run config-table" writes this file.
`;

const sourceWords: Record<ConfigSource, string> = {
  default: 'default',
  file: 'file',
  environment: 'environment',
  flag: 'command line',
  option: 'program',
  api: 'changed at run time',
};

/** The defaults as YAML, with every setting explained: the file config.example.yaml. */
export function exampleYaml(): string {
  const { config } = effectiveConfig([]);
  const explained = (setting: SettingDescription): string => {
    const unit = setting.unit === '' ? '' : ` ${setting.unit}`;
    return [
      `  # ${setting.description.replaceAll('`', '')}`,
      `  # ${setting.range}${unit}; ${variableOf(setting.key)}`,
      `  ${entryOf(config, setting)}`,
    ].join('\n');
  };
  return `${head}\n${sectionsOf(explained, '\n\n')}`;
}

/** The configuration in force as YAML, with the source of each value. A secret is only said to be set. */
export const effectiveYaml = ({ config, sources }: EffectiveConfig): string =>
  sectionsOf(
    (setting) => `  ${entryOf(config, setting)} # ${sourceWords[sources.get(setting.key) ?? 'default']}`,
    '\n',
  );

function sectionsOf(entry: (setting: SettingDescription) => string, between: string): string {
  const settings = settingList();
  const sections = new Set(settings.map(({ key }) => key.split('.')[0]!));
  return [...sections]
    .map((name) => {
      const entries = settings.filter(({ key }) => key.startsWith(`${name}.`)).map(entry);
      return `${name}:\n${entries.join(between)}\n`;
    })
    .join('\n');
}

/** JSON is YAML. */
function entryOf(config: Config, { key, isSecret }: SettingDescription): string {
  const [section, name] = key.split('.') as [keyof Config, string];
  const value = (config[section] as Record<string, unknown>)[name];
  return `${name}: ${isSecret && value !== null ? '(set)' : JSON.stringify(value)}`;
}
