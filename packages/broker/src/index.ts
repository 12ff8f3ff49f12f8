export { type PasswordReset, type PasswordResetDone, resetPassword } from './control/auth/reset-password.js';
export type { BrokerAddresses } from './control/banner.js';
export { readConfigFile } from './control/config/config-file.js';
export type { Config, ConfigInput } from './control/config/config-schema.js';
export { effectiveYaml, exampleYaml } from './control/config/config-yaml.js';
export {
  type ConfigLayer,
  type ConfigSource,
  configProblems,
  type EffectiveConfig,
  effectiveConfig,
} from './control/config/effective-config.js';
export { environmentLayer } from './control/config/environment.js';
export { journalSettings } from './control/config/journal-settings.js';
export { renamedTable, settingTable } from './control/config/setting-table.js';
export { shownSettings } from './control/config/shown-settings.js';
export { StartupError } from './control/startup-error.js';
export { BackupError } from './control/store/backup/backup-error.js';
export type { BackupHeader } from './control/store/backup/backup-header.js';
export { type Restored, restoreBackup } from './control/store/backup/restore-backup.js';
export { verifyBackup } from './control/store/backup/verify-backup.js';
export { backUpDatabase, writeBackup } from './control/store/backup/write-backup.js';
export { isStoreAddress } from './control/store/copy/copied-database.js';
export { type CopiedTable, copyStore, type StoreCopy } from './control/store/copy/copy-store.js';
export { version } from './control/version.js';
export type { RetentionSettings } from './journal/retention.js';
export type { JournalSettings, SyncPolicy } from './journal/thread-messages.js';
export { type Output, PulseMQServer, type RunOptions, type SignalSource } from './server.js';
export type { ServerKeywords, ServerOptions } from './server-options.js';
