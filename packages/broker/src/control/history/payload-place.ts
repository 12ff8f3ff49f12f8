import { compressionMask, FormatCode, HeaderOffset, payloadLimitBytes } from '@pulsemq/protocol';
import { frameBodyBytes, frameHeaderBytesOf } from '@pulsemq/zmtp';

/** Frame of the payload: header, namespace, topic and username come before it. */
const payloadFrame = 4;

/** Where the payload lies in the six frames of a message. One object is used again for each message. */
export class PayloadPlace {
  start = 0;
  end = 0;

  /** Finds the payload of a message. False for one of another format than text, or that is compressed. */
  findText(frames: Buffer): boolean {
    const head = frameHeaderBytesOf(frames[0]!);
    if (frames[head + HeaderOffset.format] !== FormatCode.string) return false;
    if ((frames[head + HeaderOffset.flags]! & compressionMask) !== 0) return false;
    let at = 0;
    for (let frame = 0; frame < payloadFrame; frame++)
      at += frameHeaderBytesOf(frames[at]!) + frameBodyBytes(frames, at);
    this.start = at + frameHeaderBytesOf(frames[at]!);
    this.end = this.start + frameBodyBytes(frames, at);
    return this.end - this.start <= payloadLimitBytes.string;
  }
}
