import { checkNamespace, checkPattern, checkTopic, defaultNamespace } from '@pulsemq/protocol';
import { usageError } from '../exit-code.js';

/** A topic or pattern with its namespace; written `namespace:topic` on the command line. */
export interface Address {
  readonly namespace: string;
  readonly name: string;
}

/** Splits `namespace:topic`. A text without a namespace gets the given one, or `default`. */
function splitAddress(text: string, namespace: string | undefined): Address {
  const colon = text.indexOf(':');
  if (colon < 0) return { namespace: namespace ?? defaultNamespace, name: text };
  return { namespace: text.slice(0, colon), name: text.slice(colon + 1) };
}

/** Throws a CommandError for an invalid namespace or topic. */
export const topicAddress = (text: string, namespace?: string): Address =>
  checked(splitAddress(text, namespace), checkTopic);

/** Throws a CommandError for an invalid namespace or pattern. */
export function patternAddress(text: string, namespace?: string): Address {
  const address = splitAddress(text, namespace);
  if (text !== '' && address.name === '')
    throw usageError(`"${text}" has no pattern; "${text}>" stands for all topics`);
  return checked(address, checkPattern);
}

function checked(address: Address, check: (name: string) => string | undefined): Address {
  const problem = checkNamespace(address.namespace) ?? check(address.name);
  if (problem !== undefined) throw usageError(problem);
  return address;
}
