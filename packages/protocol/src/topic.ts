import { levelMaxLength, topicMaxLength, topicMaxLevelCount } from './limits.js';

/**
 * The grammar of names. A level of a topic is 1 to 32 characters of `[A-Za-z0-9_/-]`, such as `BTC-USDT` or `EUR/USD`; a topic is 1 to 8 levels
 * joined by `.`, of which a broker allows 3 unless it is set otherwise. A namespace is one level without `/` and `-`. A check returns undefined for a valid name, otherwise the reason as a text to show.
 */

/** The namespace that an empty namespace frame stands for. */
export const defaultNamespace = 'default';

/** A namespace that cannot be created or used. */
export const reservedNamespace = 'system';

// Defect 19: in Python `$` also matches before a final newline. In JavaScript without the m flag it does not.
const levelPattern = /^[A-Za-z0-9_/-]+$/;
const namespacePattern = /^[A-Za-z0-9_]+$/;

function checkLength(level: string): string | undefined {
  if (level === '') return 'a level is empty';
  if (level.length > levelMaxLength) return `a level has ${level.length} characters, the limit is ${levelMaxLength}`;
  return undefined;
}

function checkLevel(level: string): string | undefined {
  return checkLength(level) ?? (levelPattern.test(level) ? undefined : 'only A-Z, a-z, 0-9, _, - and / are allowed');
}

/** What holds for topics and patterns. */
function checkWhole(kind: string, text: string, levels: readonly string[], maxLevelCount: number): string | undefined {
  if (text.length > topicMaxLength) {
    return `${kind} ${shown(text)} has ${text.length} characters, the limit is ${topicMaxLength}`;
  }
  if (levels.length <= maxLevelCount) return undefined;
  const setting = maxLevelCount < topicMaxLevelCount ? ' (limits.topic_levels)' : '';
  return `${kind} ${shown(text)} has ${levels.length} levels, the limit is ${maxLevelCount}${setting}`;
}

const shown = (name: string): string => JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}...` : name);

/** Checks a topic. A broker knows how many levels are allowed; a client leaves that to it. */
export function checkTopic(topic: string, maxLevelCount = topicMaxLevelCount): string | undefined {
  if (topic === '') return 'topic is empty';
  const levels = topic.split('.');
  const problem = checkWhole('topic', topic, levels, maxLevelCount);
  if (problem !== undefined) return problem;
  for (const level of levels) {
    const reason = checkLevel(level);
    if (reason !== undefined) return `topic ${shown(topic)}: ${reason}`;
  }
  return undefined;
}

/** Checks a namespace. An empty one is not valid: use `namespaceOrDefault` first. */
export function checkNamespace(namespace: string): string | undefined {
  if (namespace === '') return 'namespace is empty';
  if (namespace === reservedNamespace) return `namespace "${reservedNamespace}" is reserved`;
  const isAllowed = namespacePattern.test(namespace);
  const reason = checkLength(namespace) ?? (isAllowed ? undefined : 'only A-Z, a-z, 0-9 and _ are allowed');
  return reason === undefined ? undefined : `namespace ${shown(namespace)}: ${reason}`;
}

/** The given namespace, or `default` for an empty one. */
export const namespaceOrDefault = (namespace: string): string => (namespace === '' ? defaultNamespace : namespace);

/** Checks a pattern: a topic in which any level may be `*`, and the last one also `>`. */
export function checkPattern(pattern: string, maxLevelCount = topicMaxLevelCount): string | undefined {
  if (pattern === '') return 'pattern is empty';
  const levels = pattern.split('.');
  const problem = checkWhole('pattern', pattern, levels, maxLevelCount);
  if (problem !== undefined) return problem;
  for (const [index, level] of levels.entries()) {
    if (level === '*') continue;
    if (level === '>') {
      if (index === levels.length - 1) continue;
      return `pattern ${shown(pattern)}: ">" is allowed only as the last level`;
    }
    const reason = checkLevel(level);
    if (reason === undefined) continue;
    const hint = /[*>]/.test(level) ? '; a wildcard stands for a whole level' : '';
    return `pattern ${shown(pattern)}: ${reason}${hint}`;
  }
  return undefined;
}
