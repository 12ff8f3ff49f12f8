import { isUtf8 } from 'node:buffer';

/** What the value of a field is. */
export const FieldKind = { none: 0, number: 1, text: 2, false: 3, true: 4 } as const;

/** Names that a reader remembers, and fields that an object may have. */
const nameMaxCount = 4_096;
/** Powers of ten up to this one are exact. So the quotient of an integer up to 2^53 and one of them is rounded once, as the parser rounds it. */
const exactPower = 22;
const powersOfTen = Float64Array.from({ length: exactPower + 1 }, (_, power) => Number(`1e${power}`));

const Byte = {
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  escape: 0x5c,
} as const;
const OpenBrace = 0x7b;
const CloseBrace = 0x7d;

/**
 * Reads JSON objects of numbers, texts, flags and nulls from their bytes, without making a JavaScript object of each: most ticks are such
 * objects, and a million of them take a fifth of the time. It says no to everything else, and to what is not JSON; then the JSON parser must read it.
 *
 * The fields of the last object stand in arrays, which the next one overwrites.
 */
export class FlatObjectReader {
  /** Number of fields of the last object. */
  fieldCount = 0;
  /** The name of each field, as its number in `names`. */
  readonly nameNumbers = new Int32Array(nameMaxCount);
  /** The kind of each value. */
  readonly kinds = new Uint8Array(nameMaxCount);
  /** The value of a number. */
  readonly numbers = new Float64Array(nameMaxCount);
  /** Where the UTF-8 of a text begins and ends. */
  readonly starts = new Int32Array(nameMaxCount);
  readonly ends = new Int32Array(nameMaxCount);
  /** All names so far, by their number. */
  readonly names: string[] = [];
  readonly #numbersOfNames = new Map<string, number>();
  /** The bytes of each name, with its quotes. */
  readonly #quoted: Uint8Array[] = [];
  /** The last object that had the name: no object has it twice. */
  readonly #lastObjects = new Float64Array(nameMaxCount);
  /** The field that had the name in that object. */
  readonly #fieldsOfNames = new Int32Array(nameMaxCount);
  #objectNumber = 0;

  /** Reads the bytes [start, end). False when they are anything but one flat object. */
  read(buf: Buffer, start: number, end: number): boolean {
    this.#objectNumber++;
    this.fieldCount = 0;
    let at = afterSpace(buf, start);
    if (buf[at] !== OpenBrace) return false;
    at = afterSpace(buf, at + 1);
    if (buf[at] === CloseBrace) return afterSpace(buf, at + 1) === end;
    while (this.fieldCount < nameMaxCount) {
      at = this.#name(buf, at, end);
      if (at < 0) return false;
      at = afterSpace(buf, this.#value(buf, at, end));
      this.fieldCount++;
      if (buf[at] === CloseBrace) return afterSpace(buf, at + 1) === end;
      // A negative offset has no byte.
      if (buf[at] !== Byte.comma) return false;
      at = afterSpace(buf, at + 1);
    }
    return false;
  }

  /** The field with this name in the last object; -1 without one. */
  fieldOf(name: string): number {
    const number = this.#numbersOfNames.get(name);
    if (number === undefined || this.#lastObjects[number] !== this.#objectNumber) return -1;
    return this.#fieldsOfNames[number]!;
  }

  /** The value of a field: a number, a text, a boolean or null. */
  valueOf(field: number, buf: Buffer): number | string | boolean | null {
    switch (this.kinds[field]) {
      case FieldKind.number:
        return this.numbers[field]!;
      case FieldKind.text:
        return buf.toString('utf8', this.starts[field], this.ends[field]);
      case FieldKind.none:
        return null;
      default:
        return this.kinds[field] === FieldKind.true;
    }
  }

  /** Reads a name and the colon, and returns where its value begins; -1 for a name that it cannot read. */
  #name(buf: Buffer, at: number, end: number): number {
    // Objects mostly have the names of the one before, in the same order.
    let number = this.nameNumbers[this.fieldCount]!;
    let next = number < this.names.length ? afterBytes(buf, at, this.#quoted[number]!) : -1;
    if (next < 0) {
      const close = textEnd(buf, at, end);
      if (close < 0) return -1;
      number = this.#numberOf(buf, at, close);
      if (number < 0) return -1;
      next = close + 1;
    }
    if (this.#lastObjects[number] === this.#objectNumber) return -1;
    this.#lastObjects[number] = this.#objectNumber;
    this.#fieldsOfNames[number] = this.fieldCount;
    this.nameNumbers[this.fieldCount] = number;
    next = afterSpace(buf, next);
    return buf[next] === Byte.colon ? afterSpace(buf, next + 1) : -1;
  }

  /** The number of the name between quotes at `open` and `close`. -1 when it cannot have one. */
  #numberOf(buf: Buffer, open: number, close: number): number {
    const name = buf.toString('utf8', open + 1, close);
    const known = this.#numbersOfNames.get(name);
    if (known !== undefined) return known;
    // JavaScript puts keys such as "0" before all others: the parser must order them.
    if (this.names.length === nameMaxCount || /^\d/.test(name)) return -1;
    const number = this.names.push(name) - 1;
    this.#numbersOfNames.set(name, number);
    this.#quoted.push(new Uint8Array(buf.subarray(open, close + 1)));
    return number;
  }

  /** Reads a value, and returns where it ends; -1 for one that it cannot read. */
  #value(buf: Buffer, at: number, end: number): number {
    const field = this.fieldCount;
    const first = buf[at]!;
    if (first === Byte.quote) {
      const close = textEnd(buf, at, end);
      this.kinds[field] = FieldKind.text;
      this.starts[field] = at + 1;
      this.ends[field] = close;
      return close < 0 ? -1 : close + 1;
    }
    if (first === Byte.minus || (first >= Byte.zero && first <= Byte.nine)) {
      this.kinds[field] = FieldKind.number;
      return this.#number(buf, at, end);
    }
    return this.#word(buf, at);
  }

  #number(buf: Buffer, start: number, end: number): number {
    const wholeStart = buf[start] === Byte.minus ? start + 1 : start;
    let at = wholeStart;
    let digits = 0;
    // The digit alone is added: with its code, a sum just below 2^53 would be rounded.
    for (let byte = buf[at]!; byte >= Byte.zero && byte <= Byte.nine && at < end; byte = buf[++at]!) {
      digits = digits * 10 + (byte - Byte.zero);
    }
    // JSON has no number that begins with a point, or with a zero before another digit.
    if (at === wholeStart || (at > wholeStart + 1 && buf[wholeStart] === Byte.zero)) return -1;
    let fractionCount = 0;
    if (buf[at] === Byte.point) {
      const fractionStart = ++at;
      for (let byte = buf[at]!; byte >= Byte.zero && byte <= Byte.nine && at < end; byte = buf[++at]!) {
        digits = digits * 10 + (byte - Byte.zero);
      }
      fractionCount = at - fractionStart;
      if (fractionCount === 0) return -1;
    }
    if (buf[at] === 0x65 || buf[at] === 0x45) return this.#longNumber(buf, start, exponentEnd(buf, at, end));
    if (digits > Number.MAX_SAFE_INTEGER || fractionCount > exactPower) {
      // The parser makes a bigint of a long integer.
      return fractionCount === 0 ? -1 : this.#longNumber(buf, start, at);
    }
    const size = fractionCount === 0 ? digits : digits / powersOfTen[fractionCount]!;
    this.numbers[this.fieldCount] = wholeStart > start ? -size : size;
    return at;
  }

  /** Reads a number by its text. */
  #longNumber(buf: Buffer, start: number, end: number): number {
    const number = end < 0 ? Number.NaN : Number(buf.toString('latin1', start, end));
    this.numbers[this.fieldCount] = number;
    return Number.isFinite(number) ? end : -1;
  }

  #word(buf: Buffer, at: number): number {
    for (const { kind, bytes } of words) {
      const next = afterBytes(buf, at, bytes);
      if (next < 0) continue;
      this.kinds[this.fieldCount] = kind;
      return next;
    }
    return -1;
  }
}

const words = [
  { kind: FieldKind.none, bytes: Buffer.from('null') },
  { kind: FieldKind.true, bytes: Buffer.from('true') },
  { kind: FieldKind.false, bytes: Buffer.from('false') },
];

/** The offset after the white space at `at`; a negative offset stays. */
function afterSpace(buf: Buffer, start: number): number {
  let at = start;
  for (let byte = buf[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; ) byte = buf[++at];
  return at;
}

/** The offset after these bytes at `at`; -1 when there are others. */
function afterBytes(buf: Buffer, at: number, bytes: Uint8Array): number {
  for (let index = 0; index < bytes.length; index++) if (buf[at + index] !== bytes[index]) return -1;
  return at + bytes.length;
}

/** Where the exponent at `start` ends; -1 for one without a digit. */
function exponentEnd(buf: Buffer, start: number, end: number): number {
  let at = start + 1;
  if (buf[at] === Byte.plus || buf[at] === Byte.minus) at++;
  const first = at;
  while (at < end && buf[at]! >= Byte.zero && buf[at]! <= Byte.nine) at++;
  return at > first ? at : -1;
}

/** The closing quote of the text whose opening quote is at `open`. -1 without one, and for a text with an escape or that is not UTF-8. */
function textEnd(buf: Buffer, open: number, end: number): number {
  if (buf[open] !== Byte.quote) return -1;
  let isAscii = true;
  for (let at = open + 1; at < end; at++) {
    const byte = buf[at]!;
    if (byte === Byte.quote) return isAscii || isUtf8(buf.subarray(open, at)) ? at : -1;
    if (byte < 0x20 || byte === Byte.escape) return -1;
    if (byte >= 0x80) isAscii = false;
  }
  return -1;
}
