import type { Figure, Target } from './workload.js';

/** At least `factor` times the figure of a peer. */
export const timesPeer = (peer: string, figure: Figure, factor: number): Target => ({
  text: `at least ${factor} x ${peer}`,
  figure: figure.name,
  peer,
  atLeast: factor,
});

export const timesNats = (figure: Figure, factor: number): Target => timesPeer('NATS', figure, factor);

/** At most `factor` times the figure of NATS. */
export const withinNats = (figure: Figure, factor: number, idleFigure?: string): Target => ({
  text: `at most ${factor} x NATS`,
  figure: figure.name,
  peer: 'NATS',
  atMost: factor,
  ...(idleFigure === undefined ? {} : { idleFigure }),
});

export const atMost = (figure: Figure, value: number): Target => ({
  text: `at most ${value.toLocaleString('en')}`,
  figure: figure.name,
  atMost: value,
});
