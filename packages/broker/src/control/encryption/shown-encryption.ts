import { curveKeyZ85 } from '@pulsemq/zmtp';
import type { EncryptionMode, EngineEncryption } from '../../port-encryption.js';

/** How a broker encrypts, for people. */
export interface ShownEncryption {
  readonly mode: EncryptionMode;
  readonly hasTls: boolean;
  /** Public key for CURVE in Z85; null without CURVE. */
  readonly curveKey: string | null;
}

/** What the banner and the log say about encryption. */
export function encryptionText({ mode, hasTls, curveKey }: ShownEncryption): string {
  const kinds = [...(hasTls ? ['TLS'] : []), ...(curveKey === null ? [] : ['CURVE'])];
  if (kinds.length === 0) return 'none: log-ins and messages go in clear text';
  const clear = {
    optional: 'clear text allowed',
    remote: 'clear text only from this machine',
    always: 'no clear text',
  };
  return `${kinds.join(' and ')}, ${clear[mode]} (auth.encryption: ${mode})`;
}

export const shownEncryption = ({ mode, tls, curve }: EngineEncryption): ShownEncryption => ({
  mode,
  hasTls: tls !== null,
  curveKey: curve === null ? null : curveKeyZ85(curve.publicKey),
});
