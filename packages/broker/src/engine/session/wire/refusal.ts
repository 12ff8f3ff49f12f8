import { WireError } from '@pulsemq/protocol';

/** Why a request is not carried out, in the words that the sender gets. */
export interface Refusal {
  /** A code of `WireError`. */
  readonly code: number;
  readonly text: string;
  /** The sender wants no reply. */
  readonly silent: boolean;
}

/** A refusal that is answered. */
export const refusal = (code: number, text: string): Refusal => ({ code, text, silent: false });

/** A request whose frames do not follow the protocol. */
export const malformed = (text: string, silent = false): Refusal => ({
  code: WireError.malformed,
  text: `malformed message: ${text}`,
  silent,
});

/** A request that needs a session, on a connection that has none. */
export const notAuthenticated = refusal(WireError.notAuthenticated, 'not authenticated: send AUTH first');

export const isRefusal = (outcome: object): outcome is Refusal => 'code' in outcome;
