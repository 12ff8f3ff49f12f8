/**
 * True if a pattern matches a topic. `*` matches exactly one level, a final `>` one or more levels, any other level itself. Both
 * arguments must be valid: see `checkPattern` and `checkTopic`. Slow and simple: tests compare the engine's trie with it.
 */
export function matchPattern(pattern: string, topic: string): boolean {
  const wanted = pattern.split('.');
  const levels = topic.split('.');
  for (const [index, want] of wanted.entries()) {
    if (want === '>') return levels.length > index;
    if (index >= levels.length) return false;
    if (want !== '*' && want !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}
