import type { Figure, Target } from '../workloads/workload.js';

/** At least so many times what NATS does. */
export const timesNats = (figure: Figure, factor: number): Target => ({
  text: `${factor} x NATS`,
  figure: figure.name,
  peer: 'NATS',
  atLeast: factor,
});

/** At most so many times what NATS takes. */
export const withinNats = (figure: Figure, factor: number, idleFigure?: string): Target => ({
  text: factor === 1 ? 'not above NATS' : `at most ${factor} x NATS`,
  figure: figure.name,
  peer: 'NATS',
  atMost: factor,
  ...(idleFigure === undefined ? {} : { idleFigure }),
});

export const atMost = (figure: Figure, value: number): Target => ({
  text: `at most ${value.toLocaleString('en')} ${figure.unit}`,
  figure: figure.name,
  atMost: value,
});
