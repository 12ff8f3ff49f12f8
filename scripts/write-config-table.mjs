// Writes the table of settings into both READMEs, from the configuration schema.
import { readFileSync, writeFileSync } from 'node:fs';
import { settingTable } from '@pulsemq/broker';

for (const name of ['README.md', 'README.zh-CN.md']) {
  const path = new URL(`../${name}`, import.meta.url);
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(
      /<!-- config:start -->[\s\S]*<!-- config:end -->/,
      `<!-- config:start -->\n${settingTable()}\n<!-- config:end -->`,
    ),
  );
}
