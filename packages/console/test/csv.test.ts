import { describe, expect, test } from 'vitest';
import { csvCell, csvText } from '../src/export/csv.js';
import { csvFrame } from '../src/pages/publish/csv-frame.js';

describe('written CSV', () => {
  test.each([
    ['=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
    ['=1+1', `"'=1+1"`],
    ['+1+1', `"'+1+1"`],
    ['-1+1', `"'-1+1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['＝1+1', `"'＝1+1"`],
  ])('%j is no formula for a spreadsheet', (text, cell) => expect(csvCell(text)).toBe(cell));

  test.each([
    ['-1.5', '-1.5'],
    ['+3e8', '+3e8'],
    [-2, '-2'],
    [null, ''],
    [undefined, ''],
    [true, 'true'],
    [{ a: 1 }, '"{""a"":1}"'],
    ['a,b', '"a,b"'],
    ['two\nlines', '"two\nlines"'],
    [' edge ', '" edge "'],
    ['中文', '中文'],
  ])('%j keeps its value', (value, cell) => expect(csvCell(value)).toBe(cell));

  test('a table has a head, and its lines end in CRLF', () => {
    expect(csvText(['a', '=b'], [[1, 'x']])).toBe(`a,"'=b"\r\n1,x\r\n`);
  });
});

describe('pasted CSV', () => {
  const frameOf = (text: string) => {
    const frame = csvFrame(text);
    if (frame.kind !== 'frame') throw new Error(`not a frame: ${frame.kind}`);
    return frame;
  };

  test('a column has the narrowest type for all its cells; a code stays text, an empty cell is null', () => {
    const { table, rows } = frameOf(
      'code,price,volume,open,note\n000651,10.5,300,true,\n600519,1680,,FALSE,"a, ""b"""\n',
    );
    expect(table.columns).toEqual([
      { name: 'code', dtype: 'text' },
      { name: 'price', dtype: 'float' },
      { name: 'volume', dtype: 'int' },
      { name: 'open', dtype: 'bool' },
      { name: 'note', dtype: 'text' },
    ]);
    expect(rows).toEqual([
      { code: '000651', price: 10.5, volume: 300, open: true, note: null },
      { code: '600519', price: 1680, volume: null, open: false, note: 'a, "b"' },
    ]);
  });

  test('an integer beyond 2^53 makes the column a float', () => {
    expect(frameOf('id\n9007199254740993').table.columns[0]).toEqual({ name: 'id', dtype: 'float' });
  });

  test('tabs separate the cells copied from a spreadsheet', () => {
    expect(frameOf('a\tb\n1\t2,5').rows).toEqual([{ a: 1, b: '2,5' }]);
  });

  test.each([
    ['', 'empty'],
    ['  \n', 'empty'],
    ['a,b\n1', 'problem'],
    ['a\n"x', 'problem'],
    ['a,\n1,2', 'unnamed'],
  ])('%j is %s', (text, kind) => expect(csvFrame(text).kind).toBe(kind));

  test('two columns with the same name are reported with the name', () => {
    expect(csvFrame('a,b,a\n1,2,3')).toEqual({ kind: 'twice', column: 'a' });
  });
});
