import { checkNamespace, namespaceOrDefault, TopicFormatError } from '@pulsemq/protocol';

/**
 * The namespace that is meant, `default` for an empty one, with a topic or pattern in it. Throws a TopicFormatError that names what
 * breaks the grammar, or is no text: programs without types call this too.
 */
export function namespaceOf(
  namespace: string,
  kind: 'topic' | 'pattern',
  name: string,
  check: (name: string) => string | undefined,
): string {
  for (const [what, given] of [['namespace', namespace] as const, [kind, name] as const]) {
    if (typeof given !== 'string') throw new TopicFormatError(`${what} is ${typeof given}, expected text`);
  }
  const meant = namespaceOrDefault(namespace);
  const reason = checkNamespace(meant) ?? check(name);
  if (reason !== undefined) throw new TopicFormatError(reason);
  return meant;
}
