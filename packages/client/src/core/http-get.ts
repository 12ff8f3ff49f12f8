import type { TlsOptions } from './security-options.js';

/** A GET of the broker's HTTP API. */
export interface HttpGet {
  /** With `http:` or `https:`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Authorities to trust for `https:`, and the name to expect. Empty: those of the platform, and the host of the URL. */
  readonly tls: Pick<TlsOptions, 'ca' | 'serverName'>;
  /** Ends the call, also while the answer arrives. */
  readonly signal: AbortSignal;
}

/** A whole answer, of any status. */
export interface HttpAnswer {
  readonly status: number;
  /** A header by its name in lower case; undefined when the answer does not have it. */
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}
