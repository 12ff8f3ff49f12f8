import { encryptionText, type ShownEncryption } from './encryption/shown-encryption.js';

/** Addresses of a running broker. */
export interface BrokerAddresses {
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  readonly adminPort: number;
}

const rule = '='.repeat(50);

/** Text that is printed when the broker is up. */
export function banner(
  { host, pubPort, subPort, adminPort }: BrokerAddresses,
  encryption: ShownEncryption,
  version: string,
): string {
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const scheme = encryption.hasTls ? 'https' : 'http';
  const lines = [
    `PulseMQ Broker v${version}`,
    `${'PUB(XSUB)'.padEnd(9)} : tcp://${shownHost}:${pubPort}`,
    `${'SUB(XPUB)'.padEnd(9)} : tcp://${shownHost}:${subPort}`,
    `${'Admin'.padEnd(9)} : ${scheme}://${shownHost}:${adminPort}`,
    `${'Health'.padEnd(9)} : ${scheme}://${shownHost}:${adminPort}/health`,
    `${'Encrypted'.padEnd(9)} : ${encryptionText(encryption)}`,
    ...(encryption.curveKey === null ? [] : [`${'CURVE key'.padEnd(9)} : ${encryption.curveKey}`]),
  ];
  return ['', rule, ...lines.map((line) => `  ${line}`), rule, '', ''].join('\n');
}
