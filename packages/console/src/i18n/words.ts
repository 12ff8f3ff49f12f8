/**
 * The type of a translation: the same keys as the English catalogue, nested alike, each a text. Chinese has no plural, so
 * `_one` is left out there. A missing or surplus key does not compile.
 */
export type Words<English> = {
  readonly [Key in keyof English as Key extends `${string}_one` ? never : Key]: English[Key] extends string
    ? string
    : Words<English[Key]>;
};
