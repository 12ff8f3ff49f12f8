import { topicMaxLevelCount } from './limits.js';
import { checkTopic } from './topic.js';

/**
 * The target of a bar rule: a topic in which `{1}` stands for what the first wildcard of the source pattern matched, `{2}` for the second. A `>`
 * matches several levels, and its number stands for all of them.
 */

const placeholder = /^\{([1-9])\}$/;

const wildcardsOf = (source: string): string[] => source.split('.').filter((level) => level === '*' || level === '>');

/** Why a target does not go with its source, as a text to show; undefined when it does. The source must be a valid pattern. */
export function checkBarTarget(source: string, target: string, maxLevelCount = topicMaxLevelCount): string | undefined {
  const wildcards = wildcardsOf(source);
  const used = new Set<number>();
  for (const level of target.split('.')) {
    const number = Number(placeholder.exec(level)?.[1] ?? 0);
    if (number > wildcards.length)
      return `"${level}" stands for wildcard ${number} of the source, and "${source}" has ${wildcards.length}`;
    if (number > 0) used.add(number);
  }
  const problem = checkTopic(target.replaceAll(/(?<=^|\.)\{[1-9]\}(?=\.|$)/g, 'x'), maxLevelCount);
  if (problem !== undefined)
    return `${problem}; a level is a name, or {1} for what the first wildcard of the source matched`;
  const unused = wildcards.findIndex((_, index) => !used.has(index + 1));
  if (unused < 0) return undefined;
  return `{${unused + 1}} is missing: topics that differ in wildcard ${unused + 1} of the source would share their bars`;
}

/** The topic of the bars of a topic that matches the source. */
export function barTarget(source: string, target: string, topic: string): string {
  const levels = topic.split('.');
  const matched: string[] = [];
  for (const [index, wanted] of source.split('.').entries()) {
    if (wanted === '*') matched.push(levels[index]!);
    else if (wanted === '>') matched.push(levels.slice(index).join('.'));
  }
  const filled = target.split('.').map((level) => {
    const match = placeholder.exec(level);
    return match === null ? level : matched[Number(match[1]) - 1]!;
  });
  return filled.join('.');
}

/** A pattern for the topics of a target. Unlike in other patterns, a `>` in it may stand before other levels. */
function targetPattern(source: string, target: string): string[] {
  const wildcards = wildcardsOf(source);
  return target.split('.').map((level) => {
    const match = placeholder.exec(level);
    return match === null ? level : wildcards[Number(match[1]) - 1]!;
  });
}

/** The patterns of a bar rule: the topics that it reads, and those that it publishes. */
export interface SourceAndTarget {
  readonly source: string;
  readonly target: string;
}

/** True when a topic that `from` publishes may be one that `to` reads. */
export const feedsBars = (from: SourceAndTarget, to: SourceAndTarget): boolean =>
  overlap(targetPattern(from.source, from.target), to.source.split('.'));

/** True when two rules may publish to the same topic. */
export const shareBarTopic = (left: SourceAndTarget, right: SourceAndTarget): boolean =>
  overlap(targetPattern(left.source, left.target), targetPattern(right.source, right.target));

/** True when a topic exists that both match. `>` stands for one level or more, wherever it is. */
function overlap(left: readonly string[], right: readonly string[]): boolean {
  const [a, b] = [left[0], right[0]];
  if (a === undefined || b === undefined) return a === b;
  const [leftRest, rightRest] = [left.slice(1), right.slice(1)];
  if (a !== b && ![a, b].some((level) => level === '*' || level === '>')) return false;
  if (overlap(leftRest, rightRest)) return true;
  return (a === '>' && overlap(left, rightRest)) || (b === '>' && overlap(leftRest, right));
}
