import type { Platform } from '../core/platform.js';
import { openTcp } from './tcp.js';

/** Node: TCP, and Buffers that are not filled with zeros first, which would cost as much as copying a message. */
export const nodePlatform: Platform = {
  openTransport: openTcp,
  allocate: (sizeBytes) => Buffer.allocUnsafeSlow(sizeBytes),
  afterReads: (callback) => void setImmediate(callback),
  warn: (error) => process.emitWarning(error),
};
