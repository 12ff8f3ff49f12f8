export { copyBytes, copyShort } from '@pulsemq/protocol';

/** What bytes are copied to: a buffer, and a view of the same bytes. */
export interface CopyTarget {
  readonly buffer: Buffer;
  readonly fields: DataView;
}
