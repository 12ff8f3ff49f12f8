import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const peersFolder = fileURLToPath(new URL('../../.peers/', import.meta.url));
const nativeFolder = fileURLToPath(new URL('../../native/', import.meta.url));

const startTimeoutMs = 10_000;
const retryMs = 20;

/** The first line a command prints; undefined where the command fails or does not exist. */
export function firstLine(file: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .split('\n')[0];
  } catch {
    // Not installed: the caller reports the peer as missing.
    return undefined;
  }
}

/** The path of a program of bench/native, compiled at its first use; undefined without a compiler or a library. */
export function compiled(name: string, ...libraries: string[]): string | undefined {
  const binary = join(peersFolder, name);
  if (existsSync(binary)) return binary;
  const command = `mkdir -p '${peersFolder}' && cc -O2 -o '${binary}' '${join(nativeFolder, `${name}.c`)}' ${libraries.join(' ')} && echo done`;
  return firstLine('sh', '-c', command) === 'done' ? binary : undefined;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a process and resolves when its port accepts connections. Throws where it exits or takes 10 s. */
export async function startListening(
  file: string,
  args: string[],
  port: number,
  options: SpawnOptions = {},
): Promise<ChildProcess> {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'ignore'], ...options });
  const deadline = Date.now() + startTimeoutMs;
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`${file} ${args.join(' ')} exited with code ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`${file} ${args.join(' ')} does not listen after ${startTimeoutMs} ms`);
  }
  return child;
}

/** Starts a program that prints a line when it listens. */
export async function startReady(file: string, args: string[]): Promise<ChildProcess> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${file} ${args.join(' ')} exited before it listened`))),
  ]);
  return child;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => setTimeout(resolve, retryMs, false));
  });
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
