import { badPayload } from '../bad-payload.js';

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/** An exact decimal number: `unscaled` divided by 10 to the power of `scale`. */
export class Decimal {
  readonly unscaled: bigint;
  /** Digits after the point; negative for zeros before it. */
  readonly scale: number;

  /** Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other than a bigint and a whole number. */
  constructor(unscaled: bigint, scale: number) {
    if (typeof unscaled !== 'bigint' || !Number.isInteger(scale))
      throw badPayload(`${unscaled}, ${scale} is not a decimal such as -1050n, 2`);
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /**
   * Parses `-10.50`, and keeps its number of digits. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other texts, also for exponents, `NaN` and
   * `-0`, which no decimal format holds.
   */
  static from(text: string): Decimal {
    const [, sign, whole = '', fraction = ''] = pattern.exec(text) ?? [];
    if (`${whole}${fraction}` === '')
      throw badPayload(`${JSON.stringify(text)} is not a decimal such as -10.50, all digits without an exponent`);
    const digits = BigInt(`${whole}${fraction}`);
    if (sign === '-' && digits === 0n)
      throw badPayload(
        `${JSON.stringify(text)} is -0, and decimals have none: write it without the sign, or use a number`,
      );
    return new Decimal(sign === '-' ? -digits : digits, fraction.length);
  }

  /** All digits, such as `-10.50`. */
  toString(): string {
    const { unscaled, scale } = this;
    if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
    return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  }

  /** The same text as `toString()`. */
  toJSON(): string {
    return this.toString();
  }
}
