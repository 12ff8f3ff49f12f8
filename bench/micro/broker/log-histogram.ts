import { LogHistogram } from '../../../packages/broker/dist/log-histogram.js';
import { kept, type MicroBench } from '../micro-bench.js';

export const logHistogramBenches: readonly MicroBench[] = [
  {
    name: 'broker/log-histogram: record, similar values in a row',
    prepare: () => {
      const histogram = new LogHistogram();
      return (count) => {
        for (let index = 0; index < count; index++) histogram.record(40 + (index & 3), 1);
      };
    },
  },
  {
    name: 'broker/log-histogram: record, different values',
    prepare: () => {
      const histogram = new LogHistogram();
      return (count) => {
        for (let index = 0; index < count; index++) histogram.record((index * 7_919) & 0xffff, 1);
      };
    },
  },
  {
    name: 'broker/log-histogram: figures',
    prepare: () => {
      const histogram = new LogHistogram();
      for (let value = 0; value < 10_000; value++) histogram.record(value, 1);
      return (count) => {
        for (let index = 0; index < count; index++) kept.value += histogram.figures()!.p99;
      };
    },
  },
];
