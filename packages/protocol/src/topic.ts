import { levelMaxLength, topicMaxLevelCount } from './limits.js';

/**
 * The grammar of names. A topic is 1 to 3 levels joined by `.`, a namespace is one level; a level is 1 to 32 characters
 * of `[A-Za-z0-9_]`. Checks return the reason as text, ready to be shown, or undefined when the name is good.
 */

/** What an empty namespace frame means. */
export const defaultNamespace = 'default';

/** The one namespace nobody may create or publish to. */
export const reservedNamespace = 'system';

// `$` without the m flag still matches before a final newline in some languages; in JavaScript it does not.
const levelPattern = /^[A-Za-z0-9_]+$/;

function checkLevel(level: string): string | undefined {
  if (level === '') return 'a level is empty';
  if (level.length > levelMaxLength) return `a level has ${level.length} characters, the limit is ${levelMaxLength}`;
  if (!levelPattern.test(level)) return 'only A-Z, a-z, 0-9 and _ are allowed';
  return undefined;
}

const shown = (name: string): string => JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}...` : name);

/** Why `topic` is not a topic, or undefined when it is one. */
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

/** Why `namespace` is not a namespace one may use, or undefined when it is one. Empty is not: see `namespaceOrDefault`. */
export function checkNamespace(namespace: string): string | undefined {
  if (namespace === '') return 'namespace is empty';
  if (namespace === reservedNamespace) return `namespace "${reservedNamespace}" is reserved`;
  const reason = checkLevel(namespace);
  return reason === undefined ? undefined : `namespace ${shown(namespace)}: ${reason}`;
}

/** An empty namespace frame means `default`. */
export const namespaceOrDefault = (namespace: string): string => (namespace === '' ? defaultNamespace : namespace);

/** Why `pattern` cannot be subscribed to, or undefined when it can: a topic whose levels may be `*`, the last also `>`. */
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
