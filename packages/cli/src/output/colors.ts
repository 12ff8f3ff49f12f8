import { styleText } from 'node:util';
import type { CommandIo, OutputStream } from '../command-io.js';

type Paint = (text: string) => string;

/** Functions that colour text, or leave it as it is. */
export interface Colors {
  readonly isOn: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
  readonly inverse: Paint;
}

/** Turns off Node's own check, which looks at the standard output of the process only. */
const asGiven = { validateStream: false };

const paints = (isOn: boolean): Colors => {
  const style =
    (format: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      isOn ? styleText(format, text, asGiven) : text;
  return {
    isOn,
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
    inverse: style('inverse'),
  };
};

const on = paints(true);
const off = paints(false);

/** Leaves text as it is. */
export const plain = off;

/** The colours for a stream: decided by FORCE_COLOR, else by NO_COLOR (no-color.org), else on for a terminal that is not `dumb`. */
export function colors(stream: OutputStream, env: CommandIo['env']): Colors {
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false' ? off : on;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return off;
  return stream.isTTY === true && env.TERM !== 'dumb' ? on : off;
}
