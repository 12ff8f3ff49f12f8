import type { ApiSetting } from '@pulsemq/protocol';
import { z } from 'zod';
import { shownSettings } from '../../config/shown-settings.js';
import type { EnginePorts } from '../../engine-lifecycle.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { refusals } from '../schemas/fields.js';

const apiSetting = z.object({
  key: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  in_use: z.int().optional(),
  source: z.enum(['default', 'file', 'environment', 'flag', 'option', 'api']),
  unit: z.string(),
  range: z.string(),
  description: z.string(),
}) satisfies z.ZodType<ApiSetting>;

/** The effective configuration, and where each value came from. */
export function settingRoutes(app: AdminApp, { config, ports }: AdminContext): void {
  app.get(
    '/api/settings',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Get the effective configuration',
        tags: ['settings'],
        response: { 200: z.array(apiSetting), ...refusals },
      },
    },
    async () => shownSettings(config.effective).map((setting) => withPort(setting, ports)),
  );
}

/** A setting with the port in use, where its value does not say it. */
function withPort(setting: ApiSetting, { pubPort, subPort }: EnginePorts): ApiSetting {
  const inUse = { 'server.pub_port': pubPort, 'server.sub_port': subPort }[setting.key];
  return inUse === undefined || inUse === setting.value ? setting : { ...setting, in_use: inUse };
}
