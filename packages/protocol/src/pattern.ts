/**
 * The reference matcher: slow, obvious, and the oracle of the engine's trie in tests. `*` is exactly one level, `>` one or
 * more levels at the end, everything else is compared as it is. Both arguments have passed their checks.
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
