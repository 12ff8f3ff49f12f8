import { renamedSettings } from './renamed-settings.js';
import { settingList } from './setting-list.js';

/** The settings as a Markdown table, for docs/configuration.md. */
export function settingTable(): string {
  const rows = settingList().map(({ key, defaultValue, unit, range, description }) => {
    const shown = defaultValue === null ? 'unset' : `\`${defaultValue}\``;
    return `| \`${key}\` | ${shown} | ${unit} | ${range} | ${description} |`;
  });
  return ['| key | default | unit | range | what it does |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** Old names of settings and their new ones as a Markdown table, for docs/configuration.md. */
export function renamedTable(): string {
  const rows = Object.entries(renamedSettings).map(([oldKey, newKey]) => `| \`${oldKey}\` | \`${newKey}\` |`);
  return ['| old name | new name |', '|---|---|', ...rows].join('\n');
}
