import type { EventEmitter } from 'node:events';
import { isAbsolute, join } from 'node:path';
import type { Writable } from 'node:stream';
import { type BrokerAddresses, banner } from './control/banner.js';
import type { ConfigInput } from './control/config/config-schema.js';
import { type ConfigLayer, type EffectiveConfig, effectiveConfig } from './control/config/effective-config.js';
import { ControlPlane } from './control/control-plane.js';
import { type Logging, openLogging } from './control/logging/logging.js';
import { StartupError } from './control/startup-error.js';
import { lowerThread } from './control/thread-priority.js';
import { version } from './control/version.js';
import { engineInWorker } from './engine-link.js';
import type { EngineLink } from './port.js';

/** The settings people change most, by themselves. They and `config` exclude each other. */
export interface ServerKeywords {
  readonly host?: string;
  readonly pubPort?: number;
  readonly subPort?: number;
  readonly adminPort?: number;
  readonly dbPath?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
}

/** How a PulseMQServer is made. */
export interface ServerOptions extends ServerKeywords {
  /** The configuration in the words of the YAML file; what is left out has its default. */
  readonly config?: ConfigInput;
  /** Parts of the configuration and where they came from, later ones first in rank; what the command uses. */
  readonly layers?: readonly ConfigLayer[];
  /** Relative paths and `.pulsemq_admin` are taken from here; the process's directory by default. */
  readonly workingDirectory?: string;
  /** Where log lines also go: standard error by default, null for nowhere. */
  readonly console?: { write(line: string): unknown } | null;
  /** Gives the engine: in a thread of its own by default. */
  readonly engine?: () => EngineLink;
}

/** What `run` prints to, and where its signals come from; the process by default. */
export interface RunOptions {
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  /** Emits SIGINT, SIGTERM and SIGHUP. */
  readonly signals?: EventEmitter;
}

/** What ends `run`. The terminal that is closed sends SIGHUP. */
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long `run` waits for a clean end before it leaves anyway. */
const stopTimeoutMs = 4_500;

/**
 * The broker. `new PulseMQServer()` needs nothing; keywords change single settings; `config` gives all of it.
 *
 * Throws a StartupError at once when a setting is unknown or out of range.
 */
export class PulseMQServer {
  readonly #options: ServerOptions;
  readonly #effective: EffectiveConfig;
  /** The start that was asked for, until what it started has ended. */
  #started: Promise<BrokerAddresses> | null = null;
  #stopping: Promise<void> | null = null;
  #logging: Logging | null = null;
  #control: ControlPlane | null = null;
  #addresses: BrokerAddresses | null = null;
  #fatal: (error: Error) => void = () => {};

  constructor(options: ServerOptions = {}) {
    this.#options = options;
    this.#effective = effectiveConfig(layersOf(options));
  }

  /** Where it listens, once started; ports that were 0 are the ones it got. */
  get addresses(): BrokerAddresses {
    if (this.#addresses === null) throw new Error('the server has not been started');
    return this.#addresses;
  }

  /** Resolves when all three ports take connections. Throws a StartupError, and leaves nothing running then. */
  async start(): Promise<BrokerAddresses> {
    if (this.#started !== null) throw new Error('the server has been started already');
    this.#started = this.#start();
    return this.#started;
  }

  /** Writes what is queued, at most a few seconds, and ends everything. Safe at any time; what is starting is waited for. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = null;
    });
    return this.#stopping;
  }

  /**
   * Starts, prints the banner, and resolves once SIGINT, SIGTERM or SIGHUP has ended it. Throws when it cannot go on. Whoever reads
   * what it prints may leave at any time: every line is in the log file.
   */
  async run({ stdout = process.stdout, stderr = process.stderr, signals = process }: RunOptions = {}): Promise<void> {
    const ownsProcess = signals === process;
    let end = (): void => {};
    const ended = new Promise<void>((resolve, reject) => {
      end = resolve;
      this.#fatal = reject;
    });
    // They stay until the end: npm passes on a Ctrl-C that the terminal has sent already, and a second one must not cut it short.
    for (const signal of endSignals) signals.on(signal, end);
    // Without a listener a broken pipe would end the process. They stay: the last line comes after the end.
    for (const output of [stdout, stderr]) output.on('error', passOver);
    try {
      // A signal while the broker starts is kept: it ends as soon as it is up.
      stdout.write(banner(await this.start(), version));
      // The process is the broker's alone; one that only calls `start` keeps its own priority.
      if (ownsProcess) lowerThread();
      await ended;
    } finally {
      const timer = ownsProcess ? setTimeout(() => process.exit(2), stopTimeoutMs) : undefined;
      await this.stop();
      clearTimeout(timer);
      for (const signal of endSignals) signals.off(signal, end);
    }
  }

  async #start(): Promise<BrokerAddresses> {
    try {
      const logging = this.#openLogging();
      const control = this.#makeControl(logging);
      this.#addresses = { host: this.#effective.config.server.host, ...(await control.start()) };
      this.#logStart(logging);
      return this.#addresses;
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  async #stop(): Promise<void> {
    // Who asked for the start hears why it failed.
    await Promise.allSettled([this.#started]);
    await this.#end();
  }

  async #end(): Promise<void> {
    const [control, logging] = [this.#control, this.#logging];
    this.#control = null;
    this.#logging = null;
    await control?.stop();
    if (this.#addresses !== null) logging?.logger('pulsemq.broker').info('stopped');
    this.#addresses = null;
    await logging?.close();
    this.#started = null;
  }

  #openLogging(): Logging {
    const { dir, max_days, level } = this.#effective.config.logging;
    this.#logging = openLogging({
      dir: isAbsolute(dir) ? dir : join(this.#workingDirectory, dir),
      maxDays: max_days,
      level,
      console: this.#options.console === undefined ? process.stderr : this.#options.console,
    });
    return this.#logging;
  }

  #makeControl(logging: Logging): ControlPlane {
    this.#control = new ControlPlane({
      effective: this.#effective,
      logging,
      workingDirectory: this.#workingDirectory,
      link: (this.#options.engine ?? engineInWorker)(),
      onEngineFailed: (error) => {
        logging.logger('pulsemq.broker').error(error.message);
        this.#fatal(error);
      },
    });
    return this.#control;
  }

  get #workingDirectory(): string {
    return this.#options.workingDirectory ?? process.cwd();
  }

  #logStart(logging: Logging): void {
    const log = logging.logger('pulsemq.broker');
    const { host, pubPort, subPort, adminPort } = this.addresses;
    log.info(`PulseMQ ${version} is up on ${host}: pub ${pubPort}, sub ${subPort}, admin ${adminPort}`);
    if (subPort !== pubPort + 1) {
      log.warn(
        `server.sub_port is ${subPort}, not pub_port + 1: the Python package pulse-mq 0.3.0 always subscribes at ${pubPort + 1}`,
      );
    }
  }
}

/** Nobody reads there any more, and so nobody can be told. */
const passOver = (): void => {};

function layersOf(options: ServerOptions): ConfigLayer[] {
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
