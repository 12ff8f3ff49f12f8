/** A copy without the keys whose value is undefined. */
export const withoutUndefined = <Values extends object>(
  values: {
    readonly [Key in keyof Values]: Values[Key] | undefined;
  },
): Values => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Values;
