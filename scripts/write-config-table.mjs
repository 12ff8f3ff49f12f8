// Writes the table of settings into docs/configuration.md, from the configuration schema.
import { readFileSync, writeFileSync } from 'node:fs';
import { settingTable } from '@pulsemq/broker';

const path = new URL('../docs/configuration.md', import.meta.url);
const text = readFileSync(path, 'utf8');
const table = `<!-- config:start -->\n${settingTable()}\n<!-- config:end -->`;
writeFileSync(path, text.replace(/<!-- config:start -->[\s\S]*<!-- config:end -->/, table));
