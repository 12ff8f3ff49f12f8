/** An object of cells. A name may be `__proto__`, which plain assignment would take for the prototype. */
export function objectOf(names: readonly string[], cell: (index: number) => unknown): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    if (name !== '__proto__') object[name] = cell(index);
    else
      Object.defineProperty(object, name, { value: cell(index), enumerable: true, configurable: true, writable: true });
  }
  return object;
}
