import type { CompressionAlgorithm, PayloadFormat, PublishOptions } from '@pulsemq/client';
import { compressionAlgorithms, payloadFormats } from '@pulsemq/protocol';
import { type Command, Option } from 'commander';

/** Options that decide how messages are published. */
export interface PayloadFlags {
  readonly format?: PayloadFormat;
  readonly compress?: CompressionAlgorithm;
  readonly ack: boolean;
  readonly keepAll?: boolean;
}

export const addPayloadOptions = (command: Command): Command =>
  command
    .addOption(new Option('-f, --format <format>', 'payload format').choices(payloadFormats))
    .addOption(
      new Option('--compress <algorithm>', 'compress payloads of 1,024 bytes or more').choices(compressionAlgorithms),
    )
    .addOption(new Option('--ack', "wait for the broker's acknowledgement of each message").default(true, 'yes'))
    .option('--no-ack', 'do not wait: faster, but refused messages are not reported')
    .option('--keep-all', 'set the flag "do not conflate": for trades, where every message counts');

export const publishOptions = (flags: PayloadFlags, format: PayloadFormat): PublishOptions => ({
  format: flags.format ?? format,
  ...(flags.compress !== undefined && { compress: flags.compress }),
  ack: flags.ack,
  doNotConflate: flags.keepAll === true,
});
