import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchPattern } from '../src/pattern.js';
import { checkPattern, checkTopic } from '../src/topic.js';
import { ruleVectors } from './vectors.js';

/** Only valid names are matched. `>` in the middle, empty levels and partial wildcards are not valid (defect 19). */
const isChecked = ({ pattern, topic }: { pattern: string; topic: string }): boolean =>
  checkPattern(pattern) === undefined && checkTopic(topic) === undefined;

const checked = ruleVectors.match.filter(isChecked);

test.each(checked)('$pattern matches $topic: $expected', ({ pattern, topic, expected }) => {
  expect(matchPattern(pattern, topic)).toBe(expected);
});

test('each vector that is left out has an invalid name', () => {
  const left = ruleVectors.match.filter((vector) => !isChecked(vector));
  expect(checked.length).toBeGreaterThanOrEqual(20);
  for (const { pattern, topic } of left) expect(checkPattern(pattern) ?? checkTopic(topic)).toBeDefined();
});

test('random patterns agree with a regular expression', () => {
  const level = fc.constantFrom('a', 'b', 'cc');
  const topic = fc.array(level, { minLength: 1, maxLength: 3 });
  const pattern = fc
    .tuple(fc.array(fc.oneof(level, fc.constant('*')), { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([levels, isOpen]) => (isOpen ? [...levels.slice(0, -1), '>'] : levels));
  fc.assert(
    fc.property(pattern, topic, (wanted, levels) => {
      const parts = wanted.map((one) => (one === '*' ? '[^.]+' : one === '>' ? '.+' : one));
      const oracle = new RegExp(`^${parts.join('\\.')}$`);
      expect(matchPattern(wanted.join('.'), levels.join('.'))).toBe(oracle.test(levels.join('.')));
    }),
    { numRuns: 2_000 },
  );
});
