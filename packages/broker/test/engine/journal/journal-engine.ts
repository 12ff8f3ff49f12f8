import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
// The built one: its threads are files that Node loads by itself.
import { startJournalThread } from '../../../dist/journal/journal.js';
import { JournalReader } from '../../../src/journal/journal-reader.js';
import { ReadOnlyFiles } from '../../../src/journal/node-files.js';
import { framesOf } from '../../../src/journal/record.js';
import type { JournalSettings } from '../../../src/journal/thread-messages.js';
import type { EngineConfig } from '../../../src/port-config.js';
import type { EngineTopic } from '../../../src/port-entitlements.js';
import { type RunningEngine, startEngine, testEntitlements } from '../engine-fixture.js';

/** A folder that is gone after the test. */
export function journalFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pulsemq-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const journalOf = (folder: string, more: Partial<JournalSettings> = {}): JournalSettings => ({
  folder,
  fsync: 'interval',
  syncIntervalMs: 20,
  segmentBytes: 1 << 20,
  maxBytes: 1 << 30,
  maxAgeMs: 3_600_000,
  ringBytes: 1 << 20,
  ...more,
});

/** An engine whose namespace market keeps history and last values, and whose other namespace keeps neither. */
export function startJournalEngine(
  journal: JournalSettings,
  topics: readonly EngineTopic[] = [],
  config: Partial<EngineConfig> = {},
): Promise<RunningEngine> {
  const namespaces = testEntitlements.namespaces.map((namespace) =>
    namespace.name === 'market' ? { ...namespace, keepLastValue: true, history: true } : namespace,
  );
  return startEngine({ ...config, journal }, { ...testEntitlements, namespaces }, topics, startJournalThread);
}

/** Every message of a journal in the order of acceptance, such as `market:a #3 text`. */
export function storedIn(folder: string): string[] {
  const reader = new JournalReader(new ReadOnlyFiles(folder));
  const all = [...reader.scan({ fromUs: 0, toUs: Number.MAX_SAFE_INTEGER, wants: () => true })];
  const texts = all.map(
    (record) => `${record.key} #${record.sequence} ${framesOf(record)[4]!.toString('utf8', 0, 40)}`,
  );
  reader.close();
  return texts;
}

/** Epochs of a topic in the journal, oldest first. */
export function epochsIn(folder: string, key: string): number[] {
  const reader = new JournalReader(new ReadOnlyFiles(folder));
  const epochs = reader.streamsOf(key).map(({ epoch }) => epoch);
  reader.close();
  return epochs;
}
