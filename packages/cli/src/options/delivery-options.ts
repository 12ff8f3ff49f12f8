import type { SlowPolicy, SubscribeSettings, TopicStatus } from '@pulsemq/client';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** Options of a subscription that the broker carries out. */
export interface DeliveryFlags {
  readonly last?: boolean;
  readonly onSlow?: SlowPolicy;
  readonly maxRate?: number;
  readonly status?: boolean;
}

const slowPolicies: readonly SlowPolicy[] = ['dropOldest', 'dropNewest', 'conflate', 'disconnect'];

export const addDeliveryOptions = (command: Command): Command =>
  command
    .option('--last', 'print the last value of each topic first, and again after a lost connection')
    .addOption(
      new Option(
        '--on-slow <policy>',
        'when this command is too slow: drop the oldest messages that wait, drop new ones, print only the newest value of each topic, or let the broker close the connection (default: dropOldest)',
      ).choices(slowPolicies),
    )
    .option('--max-rate <number>', 'updates a second for each topic: newer values replace older ones', maxRate)
    .option('--status', 'report when topics become stale, or live again, and when their publishers leave');

/** The settings of the client for these options. */
export const deliverySettings = (
  { last, onSlow, maxRate: rate, status }: DeliveryFlags,
  onStatus: (one: TopicStatus) => unknown,
): SubscribeSettings => ({
  ...(last && { snapshot: true }),
  ...(onSlow !== undefined && { onSlow }),
  ...(rate !== undefined && { maxRate: rate }),
  ...(status && { onStatus }),
});

/** Updates a second. */
export function maxRate(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0.01 && value <= 1_000) return value;
  throw new InvalidArgumentError('Expected a number from 0.01 to 1000.');
}
