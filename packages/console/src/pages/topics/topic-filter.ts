import type { ApiTopic } from '@pulsemq/protocol';

type Named = Pick<ApiTopic, 'namespace' | 'name'>;

/** Matches as a subscription does: `*` is exactly one level, `>` at the end is one or more levels. */
export function matchesPattern(pattern: string, topic: string): boolean {
  const wanted = pattern.split('.');
  const levels = topic.split('.');
  for (const [index, want] of wanted.entries()) {
    if (want === '>' && index === wanted.length - 1) return levels.length > index;
    if (index >= levels.length) return false;
    if (want !== '*' && want !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}

/**
 * The filter of a search. A search with `*` or `>` is a pattern, after `namespace:` for that namespace only. In any other search
 * each word must be a part of `namespace:topic`.
 */
export function topicFilter(search: string): (topic: Named) => boolean {
  const text = search.trim();
  if (text === '') return () => true;
  if (/[*>]/.test(text)) {
    const colon = text.indexOf(':');
    const namespace = colon === -1 ? undefined : text.slice(0, colon);
    const pattern = text.slice(colon + 1);
    const isNamespace = (name: string): boolean => namespace === undefined || namespace === '*' || namespace === name;
    return (topic) => isNamespace(topic.namespace) && matchesPattern(pattern, topic.name);
  }
  const words = text.toLowerCase().split(/\s+/);
  return (topic) => {
    const whole = `${topic.namespace}:${topic.name}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  };
}
