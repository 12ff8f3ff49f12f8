import { binary, bool, decimal, utf8 } from '@uwdata/flechette';
import { nativeBytes } from '#bytes';
import { badPayload } from '../bad-payload.js';
import type { Decimal } from '../value/decimal.js';
import { type CellPlace, cellText } from './cell-place.js';
import type { Shape, Target } from './shape.js';

/** Half a surrogate pair, which UTF-8 cannot hold: encoders replace it by another character. */
const loneSurrogate = /\p{Surrogate}/u;

/** Throws a PulseMQError `PMQ_BAD_PAYLOAD` for text that UTF-8 cannot hold. */
export function checkText(text: string, what: () => string): void {
  if (loneSurrogate.test(text)) throw badPayload(`${what()} has half a surrogate pair, which UTF-8 cannot hold`);
}

/** Texts. */
export class TextShape implements Shape {
  readonly kind = 'text';

  add(value: unknown, place: CellPlace): void {
    checkText(value as string, () => cellText(place));
  }

  target(): Target {
    return { type: utf8(), convert: (value) => value };
  }
}

/** Booleans. */
export class BooleanShape implements Shape {
  readonly kind = 'boolean';

  add(): void {}

  target(): Target {
    return { type: bool(), convert: (value) => value };
  }
}

/** Uint8Arrays and Buffers. */
export class BytesShape implements Shape {
  readonly kind = 'bytes';

  add(): void {}

  target(): Target {
    return { type: binary(), convert: (value) => nativeBytes(value as Uint8Array) };
  }
}

/** Digits that the widest decimal of Arrow holds, and those of its usual one. */
const digitMaxCount = 76;
const commonDigitMaxCount = 38;

/** Decimals: with as many digits before and after the point as the values need. */
export class DecimalShape implements Shape {
  readonly kind = 'decimal';
  #wholeDigitCount = 1;
  #scale = 0;

  add(value: unknown, place: CellPlace): void {
    const { unscaled, scale } = value as Decimal;
    const digitCount = String(unscaled < 0n ? -unscaled : unscaled).length;
    this.#wholeDigitCount = Math.max(this.#wholeDigitCount, digitCount - scale);
    this.#scale = Math.max(this.#scale, scale);
    if (this.#precision <= digitMaxCount) return;
    throw badPayload(
      `${cellText(place)} is the decimal ${value}: with it the column needs ${this.#precision} digits, the limit is ${digitMaxCount}`,
    );
  }

  target(): Target {
    const scale = this.#scale;
    return {
      type: decimal(this.#precision, scale, this.#precision > commonDigitMaxCount ? 256 : 128),
      convert: (value) => {
        const one = value as Decimal;
        return one.unscaled * 10n ** BigInt(scale - one.scale);
      },
    };
  }

  get #precision(): number {
    return this.#wholeDigitCount + this.#scale;
  }
}
