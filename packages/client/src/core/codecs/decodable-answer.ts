import { lazyCodecs } from '#codecs';
import type { HistoryAnswer } from '../history-channel.js';
import { MessageScanner } from '../message-scanner.js';
import type { Allocate } from '../platform.js';
import { canDecode } from './codec-gate.js';
import type { LazyCodecs } from './lazy-codecs.js';

/** Resolves with an answer when the codecs of its messages are there. If they cannot be loaded, `onLoadError` is called, and then it resolves, too. */
export async function decodableAnswer(
  asked: Promise<HistoryAnswer>,
  allocate: Allocate,
  onLoadError: (error: Error) => void,
): Promise<HistoryAnswer> {
  const answer = await asked;
  if (lazyCodecs !== null && !allDecodable(lazyCodecs, answer.messages, allocate)) {
    await lazyCodecs.load().catch(onLoadError);
  }
  return answer;
}

function allDecodable(codecs: LazyCodecs, messages: Uint8Array, allocate: Allocate): boolean {
  let isReady = true;
  const scanner = new MessageScanner(
    {
      onMessage: (buf, span) => {
        isReady &&= canDecode(codecs, buf, span);
      },
      onCommand: () => {},
    },
    allocate,
  );
  scanner.push(messages, 0, messages.length);
  return isReady;
}
