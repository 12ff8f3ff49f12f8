/** The entry `@pulsemq/codecs/payload`: all formats and compressions, for programs that load them when they are needed. */

export { DataFrame } from './frame/data-frame.js';
export { decodePayload, encodePayload } from './payload.js';
