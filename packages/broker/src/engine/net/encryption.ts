import type { CurveOptions, MechanismName } from '@pulsemq/zmtp';
import type { LimitReport } from '../../limit-report.js';
import type { EngineEncryption, EngineTls } from '../../port-encryption.js';
import type { Layer } from './first-bytes.js';
import { type ChannelMemory, makeChannelMemory } from './secure-channel.js';
import { TlsLayer } from './tls-layer.js';

/** A connection, as the rule for clear text sees it. */
export interface Arriving {
  readonly address: string;
  /** It comes from this machine. */
  readonly isLocal: boolean;
  readonly isEncrypted: boolean;
}

/** What the ports of the engine do about encryption: which layers and mechanisms there are, and where clear text is refused. */
export class Encryption {
  readonly curve: CurveOptions | null;
  readonly channelMemory: ChannelMemory | null;
  readonly layers: readonly Layer[];
  readonly #mode: EngineEncryption['mode'];
  readonly #tls: TlsLayer | null;
  readonly #report: LimitReport;

  private constructor(
    { mode, tls }: EngineEncryption,
    curve: CurveOptions | null,
    handshakeTimeoutMs: number,
    report: LimitReport,
  ) {
    this.#mode = mode;
    this.#report = report;
    this.curve = curve;
    this.channelMemory = curve === null ? null : makeChannelMemory(curve.crypto);
    this.#tls = tls === null ? null : new TlsLayer(tls, handshakeTimeoutMs);
    this.layers = this.#tls === null ? [] : [this.#tls];
  }

  /** Loads what the settings need. Rejects for a certificate or a key that cannot be used. */
  static async open(settings: EngineEncryption, handshakeTimeoutMs: number, report: LimitReport): Promise<Encryption> {
    const curve = settings.curve === null ? null : await curveOptions(settings.curve);
    return new Encryption(settings, curve, handshakeTimeoutMs, report);
  }

  /** Takes other certificates for connections from now on. */
  renew(tls: EngineTls): void {
    this.#tls?.renew(tls);
  }

  /** The mechanisms that a connection may choose. Of those in clear text the first is the usual one. */
  mechanisms(connection: Arriving, clear: readonly MechanismName[]): readonly MechanismName[] {
    const curve: readonly MechanismName[] = this.curve === null ? [] : ['CURVE'];
    return this.#mustEncrypt(connection) ? curve : [...clear, ...curve];
  }

  /** Reports a connection that is refused because it is not encrypted, once a minute. Returns why. */
  refuse({ address, isLocal }: Arriving): string {
    const text = `refused because it is not encrypted: auth.encryption is ${this.#mode}`;
    this.#report.hit(
      'clearText',
      address,
      () => `a connection from ${isLocal ? 'this' : 'another'} machine is ${text}`,
    );
    return text;
  }

  /** True, and reported, if this connection had to be encrypted. */
  refusedClearText(connection: Arriving): boolean {
    if (!this.#mustEncrypt(connection)) return false;
    this.refuse(connection);
    return true;
  }

  #mustEncrypt({ isLocal, isEncrypted }: Arriving): boolean {
    if (isEncrypted || this.#mode === 'optional') return false;
    return this.#mode === 'always' || !isLocal;
  }
}

/** The crypto is loaded here and only when it is needed: it is a module of half a megabyte. */
async function curveOptions(keys: NonNullable<EngineEncryption['curve']>): Promise<CurveOptions> {
  const { openLibsodium } = await import('@pulsemq/zmtp/libsodium');
  return { crypto: await openLibsodium(), ...keys };
}
