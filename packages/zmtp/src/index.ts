export { joinBytes, latin1Text, utf8Bytes } from './bytes.js';
export {
  type CommandSpan,
  encodeCommand,
  encodeError,
  encodePing,
  encodePong,
  type Ping,
  parseCommand,
  parseError,
  parsePing,
} from './command.js';
export { compatibleSocketTypes, FrameFlag, greetingBytes, pingContextMaxBytes, type SocketType } from './constants.js';
export {
  type BoxWorkspace,
  boxNonceBytes,
  boxOverheadBytes,
  type CurveCrypto,
  type CurveKeyPair,
  curveKeyBytes,
} from './curve/curve-crypto.js';
export { curveKeyHex, curveKeyZ85, parseCurveKey } from './curve/curve-keys.js';
export { CurveOpener, type OpenerMemory, type PlainSink } from './curve/curve-opener.js';
export { CurveSealer, type SealerMemory } from './curve/curve-sealer.js';
export type { CurveOptions, CurveSession } from './curve/curve-session.js';
export { decodeZ85, encodeZ85 } from './curve/z85.js';
export { ZmtpError, ZmtpErrorCode } from './errors.js';
export { FrameDecoder, type FrameLimits, type FrameSink } from './frame-decoder.js';
export { encodeFrame, encodeMessage } from './frame-encoder.js';
export {
  checkFrameFlags,
  frameBodyBytes,
  frameHeaderBytes,
  frameHeaderBytesOf,
  writeFrameHeader,
} from './frame-header.js';
export { Handshake, type HandshakeState, type PeerInfo } from './handshake.js';
export type { HandshakeLimits, HandshakeOptions } from './handshake-options.js';
export { readI64, readU32, readU64, writeI64, writeU32 } from './integers.js';
export type { MechanismName } from './mechanism/mechanism.js';
export type { Authenticate, PlainCredentials } from './mechanism/plain.js';
export type { Metadata } from './metadata.js';
export {
  encodeCancel,
  encodeSubscribe,
  parseSubscription,
  type SubscriptionForm,
  type SubscriptionSpan,
} from './subscription.js';
