import { settingList } from './setting-list.js';

/** The settings as a Markdown table, for the README. */
export function settingTable(): string {
  const rows = settingList().map(({ key, defaultValue, unit, range, description }) => {
    const shown = defaultValue === null ? 'unset' : `\`${defaultValue}\``;
    return `| \`${key}\` | ${shown} | ${unit} | ${range} | ${description} |`;
  });
  return ['| key | default | unit | range | what it does |', '|---|---|---|---|---|', ...rows].join('\n');
}
