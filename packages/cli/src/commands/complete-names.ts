import { Command } from 'commander';
import { AdminClient } from '../admin-api/admin-client.js';
import type { CommandParser } from '../command-parser.js';
import type { CommandRun } from '../command-run.js';
import { print } from '../output/standard-output.js';
import { runBody } from '../running/run-body.js';

/** Time the broker has to answer: a person waits at the prompt. */
const answerWithinMs = 1_000;

/** Shells expand what they are given to offer. Old databases may have names with other characters. */
const plainName = /^[A-Za-z0-9_.:/-]+$/;

/** Called by the completion scripts, not by people: prints the names that the last word of a command line may become, each on a line. */
export const completeNamesCommand = (run: CommandRun, parser: CommandParser): Command =>
  new Command('complete-names')
    .description('Print the topics, namespaces, users or connections that may come next. For completion scripts.')
    .argument('[words...]', 'the words after pulsemq; the last one is being typed')
    .action((words: string[]) => runBody(run, 'whenDone', (signal) => completeNames(run, parser, words, signal)));

async function completeNames(
  run: CommandRun,
  parser: CommandParser,
  words: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const [{ nameSlot }, { brokerNames }] = await Promise.all([
    import('../completion/name-slot.js'),
    import('../completion/broker-names.js'),
  ]);
  const slot = nameSlot(await parser(words), words);
  if (slot === undefined) return;
  const withinLimit = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]);
  let names: string[];
  try {
    names = await brokerNames(new AdminClient(run, slot.flags, withinLimit), slot);
  } catch {
    // Without a broker or a log-in there is nothing to offer, and a text would appear in the line that is being typed.
    return;
  }
  for (const name of names.filter((one) => plainName.test(one))) await print(run, `${name}\n`);
}
