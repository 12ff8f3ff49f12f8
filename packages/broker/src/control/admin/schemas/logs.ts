import { type LogLine, logLevels } from '@pulsemq/protocol';
import { z } from 'zod';

export const logLevel = z.enum(logLevels);

export const logLine = z
  .object({ id: z.int(), at: z.string(), level: logLevel, logger: z.string(), text: z.string() })
  .meta({ id: 'LogLine' }) satisfies z.ZodType<LogLine>;
