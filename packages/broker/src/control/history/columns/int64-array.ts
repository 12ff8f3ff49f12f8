const wordRange = 4_294_967_296;
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Integers up to 2^53 as 64-bit integers. Written as two words each: to make a bigint of each takes ten times as long. */
export function wholeNumbers(numbers: Float64Array): BigInt64Array {
  const integers = new BigInt64Array(numbers.length);
  const words = new Int32Array(integers.buffer);
  const [low, high] = isLittleEndian ? [0, 1] : [1, 0];
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index]!;
    const upper = Math.floor(number / wordRange);
    words[2 * index + low] = number - upper * wordRange;
    words[2 * index + high] = upper;
  }
  return integers;
}
