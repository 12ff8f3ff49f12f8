import { open } from 'node:fs/promises';
import type { ImportedMessage, JournalImport } from '@pulsemq/broker/journal';
import { CompressionCode, checkNamespace, FormatCode, PubFlag } from '@pulsemq/protocol';
import { Command, InvalidArgumentError } from 'commander';
import { brokerLayers } from '../broker/broker-settings.js';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { openSource, requireFile } from '../input/source.js';
import { exampleHelp } from '../options/help-text.js';
import { isoTime } from '../output/iso-time.js';
import { notice, warning } from '../output/notices.js';
import { printResult } from '../output/standard-output.js';
import { countedText } from '../output/units.js';
import { type ImportPlan, importPlan } from '../recording/import-plan.js';
import { RecordWindow } from '../recording/record-window.js';
import type { RecordedMessage } from '../recording/recording-format.js';
import { runBody } from '../running/run-body.js';

interface ImportFlags {
  readonly config?: string;
  readonly dir?: string;
  readonly toNamespace?: string;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ['pulsemq journal import day.pmq', 'into the journal of the stopped broker in this folder'],
  [
    'pulsemq journal import day.pmq --dir ./yesterday --to-namespace test',
    'into a new journal, under another namespace',
  ],
]);

export const journalCommand = (run: CommandRun): Command =>
  new Command('journal').description('Work on the journal of a stopped broker.').addCommand(importCommand(run));

const importCommand = (run: CommandRun): Command =>
  new Command('import')
    .description(
      'Store a recording in the journal of a stopped broker, with its times, epochs and sequences. The messages must be newer than those of the ' +
        'journal. A broker serves them if their namespace keeps history.',
    )
    .argument('<file>', 'a file of "pulsemq record"')
    .option('--config <file>', 'YAML file with settings')
    .option('--dir <folder>', 'folder of the journal (default: journal.dir of the settings)')
    .option('--to-namespace <name>', 'store the messages in this namespace', namespaceName)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action((file: string, flags: ImportFlags) =>
      runBody(run, 'whenDone', (signal) => importRecording(run, file, flags, signal)),
    );

function namespaceName(text: string): string {
  const problem = checkNamespace(text);
  if (problem !== undefined) throw new InvalidArgumentError(`${problem}.`);
  return text;
}

async function importRecording(run: CommandRun, file: string, flags: ImportFlags, signal: AbortSignal): Promise<void> {
  const { folder, segmentBytes, maxAgeMs } = await settingsOf(run, flags);
  requireFile(run, file);
  const plan = await importPlan(file, openSource(run, file));
  const { JournalImport } = await import('@pulsemq/broker/journal');
  const journal = openJournal(() => new JournalImport(folder, segmentBytes), folder);
  try {
    checkTimes(plan, journal, file, folder);
    for (const note of journal.notes) notice(run, note);
    await addMessages(run, { file, plan, journal, toNamespace: flags.toNamespace }, signal);
    if (signal.aborted) return journal.abort();
    journal.close();
  } catch (error) {
    journal.abort();
    throw error;
  }
  await printEnd(run, file, folder, plan, flags);
  const oldestMs = Date.now() - maxAgeMs;
  if (plan.places.length > 0 && plan.firstUs / 1_000 < oldestMs) {
    warning(run, `a broker removes messages of before ${isoTime(oldestMs)}; raise journal.max_age_hours to keep them`);
  }
}

async function settingsOf(run: CommandRun, { config, dir }: ImportFlags) {
  const { effectiveConfig, journalSettings } = await import('@pulsemq/broker');
  const { journal } = effectiveConfig(await brokerLayers(run, { config })).config;
  return journalSettings(journal, run.path(dir ?? journal.dir));
}

function openJournal(make: () => JournalImport, folder: string): JournalImport {
  try {
    return make();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const text = code === 'JOURNAL_LOCKED' ? `a broker writes ${folder}; stop it first` : `${folder}: ${message}`;
    throw new CommandError(ExitCode.usage, text, { cause: error });
  }
}

/** The times of a journal never go back, so that it can be searched by time. */
function checkTimes({ places, firstUs }: ImportPlan, { lastUs }: JournalImport, file: string, folder: string): void {
  if (places.length === 0 || firstUs > lastUs) return;
  const [first, last] = [firstUs, lastUs].map((us) => isoTime(us / 1_000));
  throw usageError(
    `${file} begins at ${first}, and the journal in ${folder} has messages until ${last}; import it into another folder with --dir`,
  );
}

/** A recording to import, and where it goes. */
interface Import {
  readonly file: string;
  readonly plan: ImportPlan;
  readonly journal: JournalImport;
  readonly toNamespace: string | undefined;
}

async function addMessages(
  run: CommandRun,
  { file, plan, journal, toNamespace }: Import,
  signal: AbortSignal,
): Promise<void> {
  const handle = await open(run.path(file));
  try {
    const window = new RecordWindow(handle);
    for (const place of plan.places) {
      if (signal.aborted) return;
      journal.add(importedOf(await window.message(place), toNamespace));
    }
  } finally {
    await handle.close();
  }
}

function importedOf(message: RecordedMessage, toNamespace: string | undefined): ImportedMessage {
  const { namespace, topic, username, payload, publishedAtMs, epoch, sequence, receivedAtUs } = message;
  return {
    namespace: toNamespace ?? namespace,
    formatCode: FormatCode[message.format],
    flags:
      (message.compressed === null ? 0 : CompressionCode[message.compressed]) |
      (message.doNotConflate ? PubFlag.doNotConflate : 0) |
      (message.maybeDuplicate ? PubFlag.maybeDuplicate : 0),
    topic,
    username,
    payload,
    publishedAtMs,
    epoch,
    sequence,
    receivedAtUs,
  };
}

async function printEnd(
  run: CommandRun,
  file: string,
  folder: string,
  { places, topicCount, firstUs, lastUs, leftOutCount, damage }: ImportPlan,
  { json }: ImportFlags,
): Promise<void> {
  const [first, last] = places.length === 0 ? [null, null] : [firstUs, lastUs].map((us) => isoTime(us / 1_000));
  const messages = places.length;
  const range = messages === 0 ? '' : `, from ${first} to ${last}`;
  const leftOut =
    leftOutCount === 0 ? '' : `; left out ${countedText(leftOutCount, 'message')} (snapshots and duplicates)`;
  await printResult(
    run,
    json,
    { file, folder, messages, topics: topicCount, first_at: first, last_at: last, left_out: leftOutCount, damage },
    `imported ${countedText(messages, 'message')} of ${countedText(topicCount, 'topic')} into ${folder}${range}${leftOut}`,
  );
  if (damage === null) return;
  warning(run, `${file} is damaged: ${damage}`);
  run.exitCode = ExitCode.damaged;
}
