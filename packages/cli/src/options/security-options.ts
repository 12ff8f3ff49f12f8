import { type Command, Option } from 'commander';

/** Options that say how a connection is encrypted. */
export interface SecurityFlags {
  readonly tls?: boolean;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly curveServerKey?: string;
  readonly curveKeyFile?: string;
}

export const addSecurityOptions = (command: Command): Command =>
  command
    .addOption(securityOption('--tls', 'encrypt by TLS and check the certificate of the broker'))
    .addOption(
      securityOption('--tls-ca <file>', 'the same, with the authorities or the self-signed certificate in a file'),
    )
    .addOption(securityOption('--tls-cert <file>', 'certificate of this client; needs --tls-key'))
    .addOption(securityOption('--tls-key <file>', 'private key of --tls-cert'))
    .addOption(securityOption('--curve-server-key <key>', 'encrypt by CURVE; the public key of the broker'))
    .addOption(securityOption('--curve-key-file <file>', 'keys of this client, from "pulsemq keygen"'));

const securityOption = (flags: string, description: string): Option =>
  new Option(flags, description).helpGroup('Encryption:');
