import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfigFile } from '../../src/control/config/config-file.js';
import { effectiveConfig } from '../../src/control/config/effective-config.js';
import { StartupError } from '../../src/control/startup-error.js';
import { configOf } from './config-values.js';
import { temporaryFolder } from './running-server.js';

describe('the file', () => {
  const written = (content: string): string => {
    const path = join(temporaryFolder(), 'config.yaml');
    writeFileSync(path, content);
    return path;
  };

  test('is YAML', () => {
    expect(readConfigFile(written('server:\n  pub_port: 6000 # comment\n'))).toEqual({ server: { pub_port: 6000 } });
    for (const nothing of ['', '# only a comment\n', '---\n', 'null\n']) {
      expect(readConfigFile(written(nothing))).toEqual({});
    }
    expect(configOf(readConfigFile(written('server:\nauth: {}\n')))).toEqual({
      ...effectiveConfig([]),
      sources: new Map(),
    });
  });

  test.each([
    ['server: [', 'is not YAML'],
    ['server:\n\tpub_port: 1\n', 'is not YAML'],
    ['server: {pub_port: 1}\nserver: {pub_port: 2}\n', 'is not YAML'],
    ['server: *nowhere\n', 'is not YAML'],
    [`a: &a [x]\n${'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n'.repeat(1)}c: [${'*b,'.repeat(50)}]\n`, 'is not YAML'],
    ['- a\n', 'expected sections such as "server:"'],
    ['text', 'expected sections such as "server:"'],
    ['5', 'expected sections such as "server:"'],
  ])('%j ends with exit code 2', (content, message) => {
    const path = written(content);
    expect(() => readConfigFile(path)).toThrow(StartupError);
    expect(() => readConfigFile(path)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(new RegExp(`^[^\n]*${message}[^\n]*$`)) }),
    );
  });

  test('that is missing ends with exit code 1, one that is a folder with 2', () => {
    const folder = temporaryFolder();
    expect(() => readConfigFile(join(folder, 'none.yaml'))).toThrow(
      expect.objectContaining({ exitCode: 1, message: `configuration file not found: ${join(folder, 'none.yaml')}` }),
    );
    mkdirSync(join(folder, 'folder.yaml'));
    expect(() => readConfigFile(join(folder, 'folder.yaml'))).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
