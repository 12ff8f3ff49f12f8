// Writes what is made from the configuration schema: the tables of docs/configuration.md in English and Chinese, config.example.yaml, and
// the Python module of the configuration.
import { readFileSync, writeFileSync } from 'node:fs';
import { exampleYaml, renamedTable, settingTable } from '@pulsemq/broker';
import { chineseTable } from './chinese-config-table.mjs';
import { pythonConfig } from './python-config.mjs';

/** Replaces the tables of a page, each between its two marks. */
function writeTables(name, tables) {
  const path = new URL(`../docs/${name}`, import.meta.url);
  let text = readFileSync(path, 'utf8');
  for (const [mark, table] of Object.entries(tables)) {
    const place = new RegExp(`<!-- ${mark}:start -->[\\s\\S]*<!-- ${mark}:end -->`);
    text = text.replace(place, `<!-- ${mark}:start -->\n${table}\n<!-- ${mark}:end -->`);
  }
  writeFileSync(path, text);
}

const renamed = renamedTable();
writeTables('configuration.md', { config: settingTable(), renamed });
writeTables('zh-CN/configuration.md', {
  config: chineseTable(settingTable()),
  renamed: renamed.replace('| old name | new name |', '| 旧名称 | 新名称 |'),
});
writeFileSync(new URL('../config.example.yaml', import.meta.url), exampleYaml());
writeFileSync(new URL('../clients/python-broker/src/pulsemq_broker/config.py', import.meta.url), pythonConfig());
