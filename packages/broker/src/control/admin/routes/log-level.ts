import { type ApiLogLevel, logLevels } from '@pulsemq/protocol';
import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { refusals } from '../schemas/fields.js';

const tags = ['settings'];
const logLevel = z.strictObject({ level: z.enum(logLevels) }) satisfies z.ZodType<ApiLogLevel>;

/** The level of the log, read and changed while the broker runs. */
export function logLevelRoutes(app: AdminApp, context: AdminContext): void {
  addGet(app, context);
  addChange(app, context);
}

function addGet(app: AdminApp, { config }: AdminContext): void {
  app.get(
    '/api/log-level',
    {
      config: { access: 'administrator' },
      schema: { summary: 'Get the level of the log', tags, response: { 200: logLevel, ...refusals } },
    },
    async () => ({ level: config.config.logging.level }),
  );
}

function addChange(app: AdminApp, { config, log }: AdminContext): void {
  app.put(
    '/api/log-level',
    {
      config: { access: 'administrator', audit: { opType: 'settings.log_level', targetType: 'settings' } },
      schema: {
        summary: 'Change the level of the log',
        description:
          'From the next line on, until the broker is started again or reads its configuration again (SIGHUP): then the level is that of the configuration.',
        tags,
        body: logLevel,
        response: { 200: logLevel, ...refusals },
      },
    },
    async (request) => {
      const { level } = request.body;
      Object.assign(request.audit, {
        target: 'logging.level',
        before: { level: config.config.logging.level },
        after: { level },
      });
      config.set('logging.level', level);
      // Such a line is seen at every level below error, and says why others are missing or new.
      log.warn(`the level of the log is now ${level}`);
      return { level };
    },
  );
}
