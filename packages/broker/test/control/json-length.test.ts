import { FormatCode } from '@pulsemq/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText, jsonLength, textLength } from '../../src/control/admin/shown/json-length.js';
import { shownContent } from '../../src/control/admin/shown/shown-content.js';

/** What the API makes JSON of is bounded before the JSON is made. */

/** Any text, halves of surrogate pairs and control characters included. */
const text = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 })
  .map((units) => String.fromCharCode(...units));

test('the length that is counted is never less than that of the JSON', () => {
  fc.assert(fc.property(text, (one) => textLength(one, Number.MAX_SAFE_INTEGER) >= JSON.stringify(one).length));
  fc.assert(
    fc.property(fc.jsonValue(), (value) => jsonLength(value, Number.MAX_SAFE_INTEGER) >= JSON.stringify(value).length),
  );
});

test('counting stops soon after the limit', () => {
  const wide = Array.from({ length: 1_000 }, () => 'x'.repeat(1_000));
  expect(jsonLength(wide, 5_000)).toBeLessThan(7_000);
  expect(textLength('\u0001'.repeat(1_000_000), 100)).toBeLessThan(110);
});

test('a cut text is a beginning of the text and fits, and is as long as possible', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 400 }), (one, limit) => {
      const cut = cutText(one, limit);
      expect(one.startsWith(cut)).toBe(true);
      expect(textLength(cut, limit)).toBeLessThanOrEqual(limit);
      if (cut.length < one.length) expect(textLength(one.slice(0, cut.length + 1), limit)).toBeGreaterThan(limit);
    }),
  );
});

test('a text of control characters is cut to the characters that are allowed, and bytes to what is shown of them', () => {
  const limit = 20_000;
  const shown = shownContent({ format: FormatCode.string, flags: 0 }, Buffer.from('\u0001'.repeat(8_000)), limit);
  expect(JSON.stringify(shown).length).toBeLessThan(limit + 100);
  expect(shown).toMatchObject({ kind: 'text', is_cut: true, is_json: false });
  const bytes = shownContent({ format: FormatCode.bytes, flags: 0 }, Buffer.alloc(900_000), 1_048_576);
  expect(JSON.stringify(bytes).length).toBeLessThan(90_000);
  expect(bytes).toMatchObject({ kind: 'bytes', is_cut: true });
});
