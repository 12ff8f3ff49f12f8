import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkNamespace, checkPattern, checkTopic, namespaceOrDefault } from '../src/topic.js';
import { ruleVectors } from './vectors.js';

/** What the original refuses and markets need: `-` and `/` in a level, and more than three levels. */
const isWider = (value: string): boolean => /^[A-Za-z0-9_/-]{1,32}(\.[A-Za-z0-9_/-]{1,32}){0,7}$/.test(value);

/** The original also accepts one trailing newline, which is wrong (defect 19). */
const newline = (value: string): boolean => value.includes('\n');

describe('topics', () => {
  test.each(ruleVectors.topic)('$value is $result in the original', ({ value, result }) => {
    const isGood = (result === 'ok' && !newline(value)) || isWider(value);
    expect(checkTopic(value) === undefined).toBe(isGood);
  });

  test('defect 19: a trailing newline is refused', () => {
    const wrong = ruleVectors.topic.filter(({ value, result }) => newline(value) && result === 'ok');
    expect(wrong.length).toBeGreaterThan(0);
    for (const { value } of wrong) expect(checkTopic(value)).toContain('only A-Z, a-z, 0-9, _, - and / are allowed');
  });

  test('random names agree with a second form of the rule', () => {
    const allowed = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/');
    const name = fc.string({ unit: fc.constantFrom('a', 'Z', '9', '_', '.', '-', '/', '\n', 'é', '*'), maxLength: 40 });
    fc.assert(
      fc.property(name, (value) => {
        const levels = value.split('.');
        const isGood =
          levels.length <= 8 &&
          levels.every(
            (level) => level.length >= 1 && level.length <= 32 && [...level].every((char) => allowed.has(char)),
          );
        expect(checkTopic(value) === undefined).toBe(isGood);
      }),
    );
  });

  test('the reason names the thing and the limit', () => {
    expect(checkTopic('a.b.c.d', 3)).toBe('topic "a.b.c.d" has 4 levels, the limit is 3 (limits.topic_levels)');
    expect(checkTopic('a.b.c.d.e.f.g.h.i')).toBe('topic "a.b.c.d.e.f.g.h.i" has 9 levels, the limit is 8');
    expect(checkTopic(Array(8).fill('x'.repeat(32)).join('.'))).toContain('has 263 characters, the limit is 222');
    expect(checkTopic('x'.repeat(33))).toContain('a level has 33 characters, the limit is 32');
    expect(checkTopic('a..b')).toContain('a level is empty');
  });
});

describe('namespaces', () => {
  test.each(ruleVectors.namespace)('$value is $result in the original', ({ value, result }) => {
    const isGood = result === 'ok' && !newline(value);
    expect(checkNamespace(value) === undefined).toBe(isGood);
  });

  test('defect 18: system is refused, and an empty namespace means default', () => {
    expect(checkNamespace('system')).toContain('reserved');
    expect(checkNamespace('System')).toBeUndefined();
    expect(namespaceOrDefault('')).toBe('default');
    expect(namespaceOrDefault('market')).toBe('market');
  });
});

describe('patterns', () => {
  test.each(['a', '*', '>', 'a.*', '*.*.*', 'a.b.>', '*.>'])('%s is valid', (pattern) => {
    expect(checkPattern(pattern)).toBeUndefined();
  });

  test.each([
    ['', 'is empty'],
    ['a.>.c', '">" is allowed only as the last level'],
    ['a..b', 'a level is empty'],
    ['a*', 'a wildcard stands for a whole level'],
    ['a.b.c.d.e.f.g.h.i', 'has 9 levels, the limit is 8'],
    ['a\n', 'only A-Z, a-z, 0-9, _, - and / are allowed'],
  ])('defect 19: %j is refused', (pattern, reason) => {
    expect(checkPattern(pattern)).toContain(reason);
  });
});
