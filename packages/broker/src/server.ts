import { resolve } from 'node:path';
import { type BrokerAddresses, banner } from './control/banner.js';
import type { Config } from './control/config/config-schema.js';
import { effectiveConfig } from './control/config/effective-config.js';
import { LiveConfig } from './control/config/live-config.js';
import { ControlPlane } from './control/control-plane.js';
import { encryptionText, type ShownEncryption } from './control/encryption/shown-encryption.js';
import { errorText } from './control/error-text.js';
import { type Logger, type Logging, openLogging } from './control/logging/logging.js';
import { lowerThread } from './control/thread-priority.js';
import { version } from './control/version.js';
import { engineInWorker } from './engine-link.js';
import { layersOf, type ServerOptions } from './server-options.js';

/** Where `run` prints, such as `process.stdout`. */
export interface Output {
  /** Prints a text. */
  write(text: string): unknown;
  /** Takes a listener for errors, such as a reader that has closed it. */
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** What emits SIGINT, SIGTERM and SIGHUP, such as `process`. */
export interface SignalSource {
  /** Calls the listener at each signal of this name. */
  on(signal: string, listener: () => void): unknown;
  /** Removes the listener. */
  off(signal: string, listener: () => void): unknown;
}

/** Where `run` prints, and where its signals come from; the process by default. */
export interface RunOptions {
  readonly stdout?: Output;
  readonly stderr?: Output;
  readonly signals?: SignalSource;
}

/** Signals that end `run`. */
const endSignals = ['SIGINT', 'SIGTERM'] as const;
/** Signal that makes `run` open the log again and read the configuration. A terminal that closes sends it too, and does not end the broker. */
const reloadSignal = 'SIGHUP';

/** How long `run` waits for a clean end before it exits anyway. */
const stopTimeoutMs = 4_500;
/** The same after the engine has died: a supervisor should start the broker again soon. */
const failedStopTimeoutMs = 900;

/**
 * The broker. `new PulseMQServer()` needs no options; keywords change single settings, `config` gives any of them.
 *
 * The constructor throws a StartupError when a setting is unknown or out of range.
 */
export class PulseMQServer {
  readonly #options: ServerOptions;
  readonly #config: LiveConfig;
  /** The call of `start`, until what it started has ended. */
  #started: Promise<BrokerAddresses> | null = null;
  #stopping: Promise<void> | null = null;
  #logging: Logging | null = null;
  #control: ControlPlane | null = null;
  #addresses: BrokerAddresses | null = null;
  #encryption: ShownEncryption | null = null;
  /** Ends `run` with an error; null while `run` is not running. */
  #endRun: ((error: Error) => void) | null = null;
  /** Ends `run` in good order; null while `run` is not running. */
  #finishRun: (() => void) | null = null;
  #failure: Error | null = null;

  constructor(options: ServerOptions = {}) {
    this.#options = options;
    this.#config = new LiveConfig(effectiveConfig(layersOf(options)));
  }

  /** Addresses of the running broker, with the real port for one that was 0. Throws before `start` has resolved. */
  get addresses(): BrokerAddresses {
    if (this.#addresses === null) throw new Error('the server has not been started');
    return this.#addresses;
  }

  /** Resolves when all three ports accept connections. Throws a StartupError, and then leaves nothing running. */
  async start(): Promise<BrokerAddresses> {
    if (this.#started !== null) throw new Error('the server has been started already');
    this.#started = this.#start();
    return this.#started;
  }

  /** Writes what is queued, for at most a few seconds, and ends everything. Safe at any time: waits for a start that is under way. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = null;
    });
    return this.#stopping;
  }

  /**
   * Accepts no new connection, asks clients to move to another broker, waits until they have, at most `moveMs`, and stops as `stop` does. `run`
   * then resolves.
   */
  async drain(moveMs: number): Promise<void> {
    await this.#control?.drain(moveMs);
    if (this.#finishRun !== null) this.#finishRun();
    else await this.stop();
  }

  /**
   * Opens the log file again, and takes those settings of the configuration that a running broker can take. A configuration that is wrong
   * changes nothing. Does nothing before `start`.
   */
  async reload(): Promise<void> {
    const log = this.#logging?.logger('pulsemq.broker');
    if (log === undefined) return;
    this.#logging?.reopen();
    try {
      const layers = (await this.#options.readLayers?.()) ?? layersOf(this.#options);
      const { applied, later } = this.#config.replace(effectiveConfig(layers));
      this.#logWarnings(log);
      log.info(`reloaded: ${applied.length === 0 ? 'no setting has changed' : `changed ${applied.join(', ')}`}`);
      if (later.length > 0) log.warn(`these settings change with the next start: ${later.join(', ')}`);
    } catch (error) {
      log.error(`the configuration was not reloaded: ${errorText(error)}`);
    }
  }

  /**
   * Starts, prints the banner, and resolves when SIGINT or SIGTERM has ended the broker. SIGHUP calls `reload`. Throws when the broker cannot go
   * on.
   * A reader of the output may close it at any time: the log file has every line.
   */
  async run({ stdout = process.stdout, stderr = process.stderr, signals = process }: RunOptions = {}): Promise<void> {
    const ownsProcess = signals === process;
    let end = (): void => {};
    const ended = new Promise<void>((resolve, reject) => {
      end = resolve;
      this.#finishRun = resolve;
      this.#endRun = reject;
    });
    // A failure during the start is awaited only after it.
    ended.catch(ignore);
    // Kept until the end: npm repeats a Ctrl-C that the terminal has sent too, and the second signal must not end the process.
    for (const signal of endSignals) signals.on(signal, end);
    const reload = (): void => void this.reload();
    signals.on(reloadSignal, reload);
    // Without a listener a broken pipe would end the process. Never removed, because the last line comes after the end.
    for (const output of [stdout, stderr]) output.on('error', ignore);
    try {
      // A signal during the start ends the broker as soon as it is up.
      stdout.write(banner(await this.start(), this.#encryption!, version));
      // Only here: a program that calls `start` has other threads of its own, whose priority must not change.
      if (ownsProcess) {
        lowerThread();
        process.on('uncaughtException', this.#onUncaught);
      }
      await ended;
    } finally {
      const timeoutMs = this.#failure === null ? stopTimeoutMs : failedStopTimeoutMs;
      const timer = ownsProcess ? setTimeout(() => process.exit(2), timeoutMs) : undefined;
      await this.stop();
      clearTimeout(timer);
      this.#endRun = null;
      this.#finishRun = null;
      process.off('uncaughtException', this.#onUncaught);
      for (const signal of endSignals) signals.off(signal, end);
      signals.off(reloadSignal, reload);
    }
  }

  /** The last resort for what no guard has caught; promises that nothing awaits come here too. */
  readonly #onUncaught = (error: unknown): void => this.#control?.guard.caught('an uncaught error', error);

  /** The broker cannot go on. It is never half alive: everything ends, and the program or `run` gets the error. */
  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#logging?.logger('pulsemq.broker').error(error.message);
    if (this.#endRun !== null) this.#endRun(error);
    else void this.stop().then(() => this.#options.onFailed?.(error));
  }

  async #start(): Promise<BrokerAddresses> {
    try {
      this.#failure = null;
      const logging = this.#openLogging();
      const control = this.#makeControl(logging);
      const { encryption, ...ports } = await control.start();
      this.#encryption = encryption;
      this.#addresses = { host: this.#config.config.server.host, ...ports };
      this.#logStart(logging);
      return this.#addresses;
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  async #stop(): Promise<void> {
    // The caller of `start` gets its error.
    await Promise.allSettled([this.#started]);
    await this.#end();
  }

  async #end(): Promise<void> {
    const [control, logging] = [this.#control, this.#logging];
    this.#control = null;
    this.#logging = null;
    await control?.stop();
    this.#config.forgetListeners();
    if (this.#addresses !== null) logging?.logger('pulsemq.broker').info('stopped');
    this.#addresses = null;
    await logging?.close();
    this.#started = null;
  }

  #openLogging(): Logging {
    const settings = ({ logging: { max_days, max_bytes, level, format } }: Config) => ({
      maxDays: max_days,
      maxBytes: max_bytes,
      level,
      format,
    });
    const { config } = this.#config;
    const logging = openLogging({
      ...settings(config),
      dir: resolve(this.#workingDirectory, config.logging.dir),
      console: this.#options.console === undefined ? process.stderr : this.#options.console,
    });
    this.#config.onChange((changed) => logging.configure(settings(changed)));
    this.#logging = logging;
    return logging;
  }

  #makeControl(logging: Logging): ControlPlane {
    this.#control = new ControlPlane({
      config: this.#config,
      logging,
      workingDirectory: this.#workingDirectory,
      examplesFolder: this.#options.examplesFolder ?? null,
      link: (this.#options.engine ?? engineInWorker)(),
      onEngineFailed: (error) => this.#fail(error),
      onDrain: (moveMs) => void this.drain(moveMs),
    });
    return this.#control;
  }

  get #workingDirectory(): string {
    return this.#options.workingDirectory ?? process.cwd();
  }

  #logWarnings(log: Logger): void {
    for (const warning of this.#config.effective.warnings) log.warn(`configuration: ${warning}`);
  }

  #logStart(logging: Logging): void {
    const log = logging.logger('pulsemq.broker');
    this.#logWarnings(log);
    const { host, pubPort, subPort, adminPort } = this.addresses;
    log.info(`PulseMQ ${version} is up on ${host}: pub ${pubPort}, sub ${subPort}, admin ${adminPort}`);
    log.info(`encryption: ${encryptionText(this.#encryption!)}`);
    if (subPort !== pubPort + 1) {
      log.warn(
        `server.sub_port is ${subPort}, not pub_port + 1: the Python package pulse-mq 0.3.0 always subscribes at ${pubPort + 1}`,
      );
    }
  }
}

/** The output has no reader any more, so its error cannot be shown. */
const ignore = (): void => {};
