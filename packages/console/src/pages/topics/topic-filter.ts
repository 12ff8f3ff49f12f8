import type { ApiTopic } from '@pulsemq/protocol';

type Named = Pick<ApiTopic, 'namespace' | 'name'>;

/** `*` is exactly one level, `>` one or more at the end; the same as in a subscription. */
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
 * What a search means. With `*` or `>` it is a subscription's pattern, after `namespace:` in that namespace only; else
 * every word must stand somewhere in `namespace:topic`.
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
