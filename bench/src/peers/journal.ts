import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchNamespace } from '../wire/pulsemq.js';
import { AdminApi } from './admin-api.js';
import type { Peer } from './peer.js';
import { brokerPeer, commonConfig, repositoryRoot } from './pulsemq.js';

/** A broker whose namespace keeps history, under one policy of sync. */
export function journalPeer(fsync: 'none' | 'interval' | 'always'): Peer {
  const config = { ...commonConfig, journal: { fsync } };
  const peer = brokerPeer(`journal ${fsync}`, `the same with history, journal.fsync ${fsync}`, {
    root: repositoryRoot,
    config,
  });
  return {
    ...peer,
    start: async () => {
      const running = await peer.start();
      const api = await AdminApi.logIn(running.address.admin!);
      const namespaces = await api.get<{ id: number; name: string }[]>('/api/namespaces');
      const { id } = namespaces.find(({ name }) => name === benchNamespace)!;
      await api.put(`/api/namespaces/${id}`, { history: true });
      return running;
    },
  };
}

const pieceBytes = 1_048_576;
const syncIntervalMs = 200;

/** What the disk of the journals takes, MB a second: one file, written in pieces of 1 MiB and synced every 200 ms. */
export function diskRate(seconds: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'bench-disk-'));
  const file = openSync(join(folder, 'file'), 'w');
  const piece = Buffer.alloc(pieceBytes, 1);
  const startMs = performance.now();
  let syncedMs = startMs;
  let bytes = 0;
  try {
    while (performance.now() - startMs < seconds * 1_000) {
      bytes += writeSync(file, piece);
      if (performance.now() - syncedMs < syncIntervalMs) continue;
      fdatasyncSync(file);
      syncedMs = performance.now();
    }
    fdatasyncSync(file);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
  return bytes / 1_000 / (performance.now() - startMs);
}
