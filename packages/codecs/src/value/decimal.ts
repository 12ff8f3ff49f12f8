const pattern = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/** An exact decimal number: `unscaled` divided by 10 to the power of `scale`. */
export class Decimal {
  readonly unscaled: bigint;
  /** Digits after the point; negative for zeros before it. */
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /** Parses `-10.50`, and keeps its number of digits. Throws a RangeError for other texts, also for exponents. */
  static from(text: string): Decimal {
    const [, sign, whole = '', fraction = ''] = pattern.exec(text) ?? [];
    if (`${whole}${fraction}` === '') throw new RangeError(`${JSON.stringify(text)} is not a decimal such as -10.50`);
    return new Decimal(BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`), fraction.length);
  }

  /** All digits, such as `-10.50`. */
  toString(): string {
    const { unscaled, scale } = this;
    if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
    return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
