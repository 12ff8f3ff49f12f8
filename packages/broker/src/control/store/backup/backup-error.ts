/** `BACKUP_DAMAGED`: a file is not a whole backup that this version can restore. `BACKUP_FAILED`: it could not be made or unpacked. */
export type BackupErrorCode = 'BACKUP_DAMAGED' | 'BACKUP_FAILED';

/** A backup cannot be made or restored. The message is one line for people. */
export class BackupError extends Error {
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackupError';
    this.code = code;
  }
}

export const damaged = (message: string, options?: ErrorOptions): BackupError =>
  new BackupError('BACKUP_DAMAGED', message, options);
