import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Document, parseDocument } from 'yaml';
import { errorText } from '../error-text.js';
import { StartupError } from '../startup-error.js';

/**
 * Reads a YAML file without checking its settings. A relative path starts at the working directory. Throws a StartupError: exit code 1
 * when the file is missing, 2 when it is not YAML.
 */
export function readConfigFile(path: string, workingDirectory = process.cwd()): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(resolve(workingDirectory, path), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new StartupError(`configuration file not found: ${path}`, 1);
    throw new StartupError(`configuration file ${path} cannot be read: ${message}`);
  }
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new StartupError(`configuration file ${path} is not YAML: ${error.message.split('\n')[0]}`);
  }
  const content = contentOf(document, path);
  if (content === null || content === undefined) return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new StartupError(`configuration file ${path}: expected sections such as "server:", found ${typeof content}`);
  }
  return content as Record<string, unknown>;
}

// Aliases are resolved only here: one without an anchor, or one that expands too far, throws.
function contentOf(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new StartupError(`configuration file ${path} is not YAML: ${errorText(error)}`);
  }
}
