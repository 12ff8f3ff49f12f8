import { frameDepthMax } from '@pulsemq/protocol';
import { nullType, utf8 } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import { type CellPlace, cellText } from './cell-place.js';
import { type Kind, kindOf } from './kind.js';
import { ListShape, MapShape, ObjectShape } from './nested-shapes.js';
import { NumberShape } from './number-shape.js';
import { BooleanShape, BytesShape, DecimalShape, TextShape } from './plain-shapes.js';
import type { Level, Shape, Target } from './shape.js';
import { shownCell } from './shown-cell.js';
import { DateShape, DurationShape, TimeOfDayShape, TimeShape } from './time-shapes.js';

const asIs = (value: unknown): unknown => value;

/** A column, or a level inside of it: the first value that is not missing decides its kind. */
export class Slot implements Level {
  readonly #depth: number;
  readonly #isFloat: boolean;
  #shape: Shape | null = null;
  /** The value that decided the kind. */
  #first: unknown = null;
  #firstRow = 0;

  /** `isFloat`: whole numbers are float64, too. */
  constructor(depth: number, isFloat = false) {
    this.#depth = depth;
    this.#isFloat = isFloat;
  }

  /** Takes the next value. Throws a PulseMQError `PMQ_BAD_PAYLOAD` that names the place of a value that does not fit. */
  add(value: unknown, place: CellPlace): void {
    if (value === null || value === undefined) return;
    const kind = kindOf(value, place);
    if (this.#shape === null) {
      this.#shape = this.#shapeOf(kind, place);
      this.#first = value;
      this.#firstRow = place.row;
    }
    if (this.#shape.kind !== kind) throw this.#mixture(value, kind, place);
    this.#shape.add(value, place);
  }

  /** The type of a column. Without values it is null, or float64 if it is known to be. */
  columnTarget(): Target {
    if (this.#shape !== null) return this.#shape.target();
    return this.#isFloat ? new NumberShape(true).target() : { type: nullType(), convert: asIs };
  }

  /** The type inside of a column. Without values any type does, and flechette has no builder for nulls. */
  nestedTarget(): Target {
    return this.#shape === null ? { type: utf8(), convert: asIs } : this.#shape.target();
  }

  #mixture(value: unknown, kind: Kind, place: CellPlace): Error {
    const first = `row ${this.#firstRow} has ${shownCell(this.#shape!.kind, this.#first)}`;
    return badPayload(
      `${cellText(place)} is ${shownCell(kind, value)}, but ${first}: use one kind of value in a column, such as text for all`,
    );
  }

  #shapeOf(kind: Kind, place: CellPlace): Shape {
    if (this.#depth > frameDepthMax) throw badPayload(`${cellText(place)} is nested more than ${frameDepthMax} deep`);
    const newLevel = (): Slot => new Slot(this.#depth + 1);
    switch (kind) {
      case 'number':
        return new NumberShape(this.#isFloat);
      case 'text':
        return new TextShape();
      case 'boolean':
        return new BooleanShape();
      case 'time':
        return new TimeShape();
      case 'date':
        return new DateShape();
      case 'time of day':
        return new TimeOfDayShape();
      case 'duration':
        return new DurationShape();
      case 'decimal':
        return new DecimalShape();
      case 'bytes':
        return new BytesShape();
      case 'list':
        return new ListShape(place.path, newLevel);
      case 'object':
        return new ObjectShape(place.path, newLevel);
      case 'map':
        return new MapShape(place.path, newLevel);
      default:
        return kind satisfies never;
    }
  }
}
