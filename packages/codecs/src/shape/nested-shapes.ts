import { type DataType, field, list, map, struct } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import { type CellPlace, cellText } from './cell-place.js';
import { checkText } from './plain-shapes.js';
import { converted, type Level, type NewLevel, type Shape, type Target } from './shape.js';
import { typedArrayName, typedArrayType } from './typed-arrays.js';

/** Arrays, and typed arrays as cells: a list. */
export class ListShape implements Shape {
  readonly kind = 'list';
  readonly #items: Level;
  readonly #place: { path: string; row: number };
  /** Tag of the typed arrays; null if there are other arrays, or several kinds. */
  #tag: string | null | undefined;

  constructor(path: string, newLevel: NewLevel) {
    this.#items = newLevel();
    this.#place = { path: `${path}[]`, row: 0 };
  }

  add(value: unknown, { row }: CellPlace): void {
    const items = value as ArrayLike<unknown>;
    const tag = typedArrayName(value) ?? null;
    this.#tag = this.#tag === undefined || this.#tag === tag ? tag : null;
    this.#place.row = row;
    for (let index = 0; index < items.length; index++) this.#items.add(items[index], this.#place);
  }

  target(): Target {
    const item = this.#items.nestedTarget();
    const typed: DataType | undefined = typeof this.#tag === 'string' ? typedArrayType(this.#tag) : undefined;
    return {
      type: list(field('item', typed ?? item.type)),
      convert: (value) => {
        const items = value as ArrayLike<unknown>;
        // By index: forEach, which the builder uses, leaves out the holes of an array.
        return Array.from({ length: items.length }, (_, index) =>
          typed === undefined ? converted(item, items[index]) : items[index],
        );
      },
    };
  }
}

/** Plain objects: a struct of all their properties. */
export class ObjectShape implements Shape {
  readonly kind = 'object';
  readonly #fields = new Map<string, Level>();
  readonly #path: string;
  readonly #newLevel: NewLevel;

  constructor(path: string, newLevel: NewLevel) {
    this.#path = path;
    this.#newLevel = newLevel;
  }

  add(value: unknown, place: CellPlace): void {
    for (const [name, one] of Object.entries(value as object)) {
      let level = this.#fields.get(name);
      if (level === undefined) {
        checkText(name, () => `${cellText(place)}: the name of a property`);
        level = this.#newLevel();
        this.#fields.set(name, level);
      }
      if (one !== null && one !== undefined) level.add(one, { path: `${this.#path}.${name}`, row: place.row });
    }
  }

  target(): Target {
    const targets = [...this.#fields].map(([name, level]) => [name, level.nestedTarget()] as const);
    return {
      type: struct(targets.map(([name, { type }]) => field(name, type))),
      convert: (value) => {
        // Without a prototype, because the builder also reads a property of the name `__proto__`.
        const cells = Object.create(null) as Record<string, unknown>;
        for (const [name, target] of targets) {
          const isOwn = Object.hasOwn(value as object, name);
          cells[name] = isOwn ? converted(target, (value as Record<string, unknown>)[name]) : null;
        }
        return cells;
      },
    };
  }
}

/** Maps. */
export class MapShape implements Shape {
  readonly kind = 'map';
  readonly #keys: Level;
  readonly #values: Level;
  readonly #path: string;

  constructor(path: string, newLevel: NewLevel) {
    this.#path = path;
    this.#keys = newLevel();
    this.#values = newLevel();
  }

  add(value: unknown, place: CellPlace): void {
    for (const [key, one] of value as ReadonlyMap<unknown, unknown>) {
      if (key === null || key === undefined)
        throw badPayload(`${cellText(place)} is a Map with the key ${key}: Arrow needs a key`);
      this.#keys.add(key, { path: `${this.#path}.key`, row: place.row });
      this.#values.add(one, { path: `${this.#path}.value`, row: place.row });
    }
  }

  target(): Target {
    const [keys, values] = [this.#keys.nestedTarget(), this.#values.nestedTarget()];
    return {
      type: map(field('key', keys.type, false), field('value', values.type)),
      convert: (value) =>
        Array.from(value as ReadonlyMap<unknown, unknown>, ([key, one]) => [keys.convert(key), converted(values, one)]),
    };
  }
}
