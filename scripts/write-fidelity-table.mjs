// Writes the tables of docs/dataframes.md, from test/fidelity/table.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from '../test/fidelity/document.mjs';

const path = new URL('../docs/dataframes.md', import.meta.url);
writeFileSync(path, withTables(readFileSync(path, 'utf8')));
