import type { BrokerProblem } from '@pulsemq/protocol';
import { z } from 'zod';

/** What keeps the broker from doing all of its work; empty when nothing does. */
export const problems = z.array(z.object({ code: z.string(), text: z.string() })).readonly() satisfies z.ZodType<
  readonly BrokerProblem[]
>;
