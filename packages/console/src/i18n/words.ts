/**
 * The type of a translation: the keys of the English catalogue with the same nesting, each with a text. Chinese has no plural, so
 * keys that end in `_one` are left out. A missing or additional key does not compile.
 */
export type Words<English> = {
  readonly [Key in keyof English as Key extends `${string}_one` ? never : Key]: English[Key] extends string
    ? string
    : Words<English[Key]>;
};
