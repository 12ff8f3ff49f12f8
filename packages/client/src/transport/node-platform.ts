import type { Platform } from '../core/platform.js';
import { openTcp } from './tcp.js';

/** Node: TCP, and Buffers, which Node can allocate without filling them with zeros. */
export const nodePlatform: Platform = {
  openTransport: openTcp,
  allocate: (sizeBytes) => Buffer.allocUnsafeSlow(sizeBytes),
  afterReads: (callback) => void setImmediate(callback),
  warn: (error) => process.emitWarning(error),
};
