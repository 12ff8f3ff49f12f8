import { cpus, platform, totalmem } from 'node:os';

/** Processors, memory, system and Node version, as the reports begin. */
export const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()}, Node ${process.version}`;
