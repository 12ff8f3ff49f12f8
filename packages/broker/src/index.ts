export type { BrokerAddresses } from './control/banner.js';
export { readConfigFile } from './control/config/config-file.js';
export type { Config, ConfigInput } from './control/config/config-schema.js';
export {
  type ConfigLayer,
  configProblems,
  type EffectiveConfig,
  effectiveConfig,
} from './control/config/effective-config.js';
export { settingTable } from './control/config/setting-table.js';
export { shownSettings } from './control/config/shown-settings.js';
export { StartupError } from './control/startup-error.js';
export { version } from './control/version.js';
export { PulseMQServer, type RunOptions } from './server.js';
export type { ServerKeywords, ServerOptions } from './server-options.js';
