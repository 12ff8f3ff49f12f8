import { checkNamespace, checkPattern, checkTopic, defaultNamespace } from '@pulsemq/protocol';
import { usageError } from '../exit-code.js';

/** A topic or pattern and its namespace, as both are written: `namespace:topic`. */
export interface Address {
  readonly namespace: string;
  readonly name: string;
}

/** Splits `namespace:topic`; without a namespace it is the one given, or `default`. */
export function splitAddress(text: string, namespace: string | undefined): Address {
  const colon = text.indexOf(':');
  if (colon < 0) return { namespace: namespace ?? defaultNamespace, name: text };
  return { namespace: text.slice(0, colon), name: text.slice(colon + 1) };
}

export const topicAddress = (text: string, namespace?: string): Address =>
  checked(splitAddress(text, namespace), checkTopic);

export const patternAddress = (text: string, namespace?: string): Address =>
  checked(splitAddress(text, namespace), checkPattern);

function checked(address: Address, check: (name: string) => string | undefined): Address {
  const problem = checkNamespace(address.namespace) ?? check(address.name);
  if (problem !== undefined) throw usageError(problem);
  return address;
}
