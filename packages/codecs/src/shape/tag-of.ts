/** `Date`, `Map`, `Uint8Array`, ...; `Object` for other objects. */
export const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);
