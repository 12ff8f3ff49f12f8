import type { ConfigInput } from './control/config/config-schema.js';
import type { ConfigLayer } from './control/config/effective-config.js';
import { StartupError } from './control/startup-error.js';
import type { EngineLink } from './port.js';

/** Single settings. Give either these or `config`. */
export interface ServerKeywords {
  readonly host?: string;
  readonly pubPort?: number;
  readonly subPort?: number;
  readonly adminPort?: number;
  readonly dbPath?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
}

/** Options of a PulseMQServer. */
export interface ServerOptions extends ServerKeywords {
  /** The configuration, with the keys of the YAML file. Settings that are missing have their defaults. */
  readonly config?: ConfigInput;
  /** Parts of the configuration with their sources; a later one overrides an earlier one. For the command. */
  readonly layers?: readonly ConfigLayer[];
  /** Reads `layers` again, for `reload`. Default: the options as they were given. */
  readonly readLayers?: () => readonly ConfigLayer[] | Promise<readonly ConfigLayer[]>;
  /** Folder of relative paths and of the file `.pulsemq_admin`. Default: the working directory of the process. */
  readonly workingDirectory?: string;
  /** Gets every log line too. Default: standard error; null for none. */
  readonly console?: {
    /** Prints a line with its line break. */
    write(line: string): unknown;
  } | null;
  /**
   * Called when the broker has ended because it cannot go on: its engine died or does not answer. `run` throws the error instead, and then
   * the command exits.
   */
  readonly onFailed?: (error: Error) => void;
  /**
   * Folder with built pages that the broker serves under `/examples/` to everybody, one folder for each page. For demos. Default: none.
   */
  readonly examplesFolder?: string;
  /** Creates the engine. Default: one in a thread of its own. */
  readonly engine?: () => EngineLink;
}

/** The configuration of the options, as layers. Throws a StartupError when single settings are mixed with `config` or `layers`. */
export function layersOf(options: ServerOptions): ConfigLayer[] {
  const keywords = keywordValues(options);
  const given = Object.values(keywords).some((section) => Object.values(section).some((value) => value !== undefined));
  if (given && (options.config !== undefined || options.layers !== undefined)) {
    throw new StartupError('give either config or keywords such as pubPort, not both');
  }
  if (options.layers !== undefined) return [...options.layers];
  return [{ source: 'option', values: { ...(options.config ?? keywords) } }];
}

function keywordValues(options: ServerKeywords): Record<string, Record<string, unknown>> {
  return {
    server: {
      host: options.host,
      pub_port: options.pubPort,
      sub_port: options.subPort,
      admin_port: options.adminPort,
    },
    storage: { db_path: options.dbPath },
    logging: { level: options.logLevel },
  };
}
