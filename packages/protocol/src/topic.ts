import { levelMaxLength, topicMaxLevelCount } from './limits.js';

/**
 * The grammar of names. A level is 1 to 32 characters of `[A-Za-z0-9_]`, a namespace is one level, a topic is 1 to 3 levels joined
 * by `.`. A check returns undefined for a valid name, otherwise the reason as a text to show.
 */

/** The namespace that an empty namespace frame stands for. */
export const defaultNamespace = 'default';

/** A namespace that cannot be created or used. */
export const reservedNamespace = 'system';

// Defect 19: in Python `$` also matches before a final newline. In JavaScript without the m flag it does not.
const levelPattern = /^[A-Za-z0-9_]+$/;

function checkLevel(level: string): string | undefined {
  if (level === '') return 'a level is empty';
  if (level.length > levelMaxLength) return `a level has ${level.length} characters, the limit is ${levelMaxLength}`;
  if (!levelPattern.test(level)) return 'only A-Z, a-z, 0-9 and _ are allowed';
  return undefined;
}

const shown = (name: string): string => JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}...` : name);

/** Checks a topic. */
export function checkTopic(topic: string): string | undefined {
  if (topic === '') return 'topic is empty';
  const levels = topic.split('.');
  if (levels.length > topicMaxLevelCount) {
    return `topic ${shown(topic)} has ${levels.length} levels, the limit is ${topicMaxLevelCount}`;
  }
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
  const reason = checkLevel(namespace);
  return reason === undefined ? undefined : `namespace ${shown(namespace)}: ${reason}`;
}

/** The given namespace, or `default` for an empty one. */
export const namespaceOrDefault = (namespace: string): string => (namespace === '' ? defaultNamespace : namespace);

/** Checks a pattern: a topic in which any level may be `*`, and the last one also `>`. */
export function checkPattern(pattern: string): string | undefined {
  if (pattern === '') return 'pattern is empty';
  const levels = pattern.split('.');
  if (levels.length > topicMaxLevelCount) {
    return `pattern ${shown(pattern)} has ${levels.length} levels, the limit is ${topicMaxLevelCount}`;
  }
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
