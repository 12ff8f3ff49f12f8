import { checkNamespace, namespaceOrDefault, TopicFormatError } from '@pulsemq/protocol';
import { shownValue } from './option-checks.js';

/**
 * Checks a namespace with a topic or pattern, and returns the namespace, `default` for an empty one. Throws a TopicFormatError that
 * names the broken rule. Checks the types, too, because JavaScript programs also call this.
 */
export function namespaceOf(
  namespace: string,
  kind: 'topic' | 'pattern',
  name: string,
  check: (name: string) => string | undefined,
): string {
  for (const [what, given] of [['namespace', namespace] as const, [kind, name] as const]) {
    if (typeof given !== 'string') throw new TopicFormatError(`${what} is ${shownValue(given)}, expected a string`);
  }
  const checked = namespaceOrDefault(namespace);
  const reason = checkNamespace(checked) ?? check(name);
  if (reason !== undefined) throw new TopicFormatError(reason);
  return checked;
}
