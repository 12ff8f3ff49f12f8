import { Reader } from './reader.js';
import type { ReaderCalls, ReaderJob } from './reader-job.js';

/** A reader process: opens the lanes of its job, and answers one call after the other. */

type Message = { readonly job: ReaderJob } | { readonly call: keyof ReaderCalls; readonly argument: unknown };

let opened: Promise<Reader> | null = null;

async function answer(message: Message): Promise<unknown> {
  if ('job' in message) {
    opened = Reader.open(message.job);
    await opened;
    return undefined;
  }
  const reader = await opened!;
  return (reader[message.call] as (argument: unknown) => Promise<unknown>).call(reader, message.argument);
}

// A failure ends this process: Node prints it, and the parent's call rejects.
process.on('message', async (message: Message) => process.send?.({ result: await answer(message) }));
process.once('disconnect', () => process.exit(0));
