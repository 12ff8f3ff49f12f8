import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lastingPorts } from '../../broker/test/engine/lasting-ports.js';
import { CalledCommand, call, folder, repository } from './called-command.js';
import { RunningBroker, RunningCommand } from './running-broker.js';

describe('demo', () => {
  test('publishes quotes, trades and bars that hang together', async () => {
    const broker = await RunningBroker.start();
    const sub = broker.command(['sub', 'demo:>', '--json']);
    await sub.says('subscribed to');
    const demo = await broker.run(['demo', '--for', '2500ms', '--rate', '200', '--symbols', '3', '--readers', '1']);
    expect([demo.status, demo.stdout]).toEqual([0, expect.stringMatching(/^published \d+ messages\n$/)]);
    sub.child.kill('SIGINT');
    const messages = (await sub.result()).stdout
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as {
            topic: string;
            data: string | { open: number; high: number; low: number; close: number }[];
          },
      );
    const of = (name: string) => messages.filter(({ topic }) => topic.endsWith(name)).map(({ data }) => data);
    expect(of('.quote').length).toBeGreaterThan(200);
    for (const quote of of('.quote').map((data) => JSON.parse(String(data))))
      expect(quote.ask).toBeGreaterThan(quote.bid);
    expect(of('.trade').length).toBeGreaterThan(20);
    const bars = of('.bar.1s').flat() as { open: number; high: number; low: number; close: number }[];
    expect(bars.length).toBeGreaterThan(0);
    for (const { open, high, low, close } of bars) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
      expect(low).toBeGreaterThan(0);
    }
  });

  test('--serve needs nothing; Ctrl-C ends both with 0', async () => {
    const cwd = folder();
    const port = String(await lastingPorts());
    const demo = new CalledCommand(['demo', '--serve', '--pub-port', port, '--admin-port', '0'], { cwd });
    await demo.says('publishing');
    const sub = await call(['sub', 'demo:>', '--count', '3', '--pub-port', port, '--host', '127.0.0.1'], { cwd });
    expect(sub.status).toBe(0);
    const toldMs = performance.now();
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(performance.now() - toldMs).toBeLessThan(1_500);
  });
});

describe('bench', () => {
  test('every message arrives, and percentiles rise', async () => {
    const broker = await RunningBroker.start();
    const { status, stdout } = await broker.run(['bench', '--for', '500ms', '--rate', '1000', '--json']);
    expect(status).toBe(0);
    const { throughput, latency } = JSON.parse(stdout);
    expect(throughput.published).toBeGreaterThan(0);
    expect(throughput.received).toBe(throughput.published);
    expect(latency.count).toBeGreaterThan(100);
    const rising = [0, latency.p50_us, latency.p90_us, latency.p99_us, latency.p999_us, latency.max_us];
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    expect((await broker.run(['bench', '--for', '200ms'])).stdout).toMatch(
      /^throughput {2}.* none lost\)\nlatency {5}p50 /,
    );
  });
});

describe('top', () => {
  test('at 80 by 24: topics, clients, events by keys; q gives the terminal back', async () => {
    const broker = await RunningBroker.start();
    const demo = broker.command(['demo', '--rate', '100', '--readers', '1']);
    await demo.says('publishing');
    const top = broker.command(['top'], { terminal: true });
    await top.says('demo:sz000001.quote', 'stdout');
    expect(top.stdout).toContain('\u001b[?1049h');
    top.child.stdin?.write('2');
    await top.says('LAG ms*', 'stdout');
    top.child.stdin?.write('\u001b[C');
    await top.says('QUEUED*', 'stdout');
    top.child.stdin?.write('\t');
    await top.says('admin connected', 'stdout');
    const frames = top.stdout.split('\u001b[H').slice(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken away
    const lines = frames.flatMap((frame) => frame.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').split(/\r+\n/));
    expect(frames.every((frame) => frame.split('\r\n').length <= 24)).toBe(true);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    top.child.stdin?.write('q');
    expect(await top.ended).toBe(0);
    expect(top.stdout.trimEnd().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
  });

  test('figures for scripts; no terminal: 2; Ctrl-C: 0; not an administrator: told on the terminal as it was', async () => {
    const broker = await RunningCommand.start();
    expect((await broker.run(['top'])).status).toBe(2);
    const figures = broker.command(['top', '--json']);
    await figures.says('\n', 'stdout');
    figures.child.kill('SIGINT');
    expect((await figures.result()).status).toBe(0);
    expect(JSON.parse(figures.stdout.split('\n')[0]!)).toMatchObject({ version: expect.any(String), msg_rate: 0 });
    const broken = broker.command(['top', '--json']);
    while (!broken.stdout.includes('\n')) await once(broken.child.stdout!, 'data');
    const wrong = { PULSEMQ_USERNAME: 'nobody', PULSEMQ_PASSWORD: 'wrong' };
    const refused = await broker.run(['top'], { terminal: true, env: wrong, cwd: folder() });
    expect([refused.status, refused.stdout]).toEqual([4, 'pulsemq: unknown username or wrong password\r\n']);
    broker.child.kill('SIGKILL');
    const { status, stderr } = await broken.result();
    expect([status, stderr]).toEqual([3, expect.stringMatching(/^pulsemq: the HTTP API broke off: .+\n$/)]);
  });
});

describe('completion', () => {
  const complete = async (line: string): Promise<string[]> => {
    const { stdout } = await call(['completion', 'bash']);
    const words = line.split(' ');
    const script = `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
complete -p pulsemq >/dev/null && _pulsemq && printf '%s\\n' "\${COMPREPLY[@]}"`;
    const done = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: folder() });
    expect([done.status, done.stderr]).toEqual([0, '']);
    return done.stdout.split('\n').filter((word) => word !== '');
  };

  test.each([
    ['pulsemq us', ['user']],
    ['pulsemq user cr', ['create']],
    ['pulsemq user create x --ty', ['--type']],
    ['pulsemq user create x --type mq_', ['mq_super', 'mq_normal']],
    ['pulsemq pub a --compress z', ['zlib', 'zstd']],
    ['pulsemq grant set a b ', expect.arrayContaining(['sub', 'pub', 'admin'])],
    ['pulsemq --conf', ['--config']],
    ['pulsemq completion ', expect.arrayContaining(['bash', 'zsh', 'fish'])],
  ])('%s', async (line, wanted) => {
    expect(await complete(line)).toEqual(wanted);
  });

  test('in a bash that somebody types into', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'rc'), (await call(['completion', 'bash'])).stdout);
    const shell = spawn('script', ['-qec', 'bash --rcfile rc -i', '/dev/null'], {
      cwd,
      env: { ...process.env, TERM: 'dumb', PS1: '$ ' },
    });
    onTestFinished(() => {
      shell.kill('SIGKILL');
    });
    let screen = '';
    shell.stdout.on('data', (chunk) => {
      screen += chunk;
    });
    const shows = async (text: string): Promise<void> => {
      while (!screen.includes(text)) await new Promise((resolve) => shell.stdout.once('data', resolve));
    };
    shell.stdin.write('echo [pulsemq]; echo ready\n');
    await shows('\nready');
    shell.stdin.write('pulsemq repl\t');
    await shows('pulsemq replay ');
    shell.stdin.write('--spe\t');
    await shows('pulsemq replay --speed ');
  });

  test('for zsh and fish it has every command', async () => {
    for (const shell of ['zsh', 'fish']) {
      const { status, stdout } = await call(['completion', shell]);
      expect(status).toBe(0);
      for (const name of ['serve', 'pub', 'sub', 'record', 'replay', 'top', 'user', 'completion'])
        expect(stdout).toContain(name);
    }
    expect((await call(['completion', 'tcsh'])).status).toBe(2);
  });
});

describe('the documentation', () => {
  const text = readFileSync(join(repository, 'docs', 'command-line.md'), 'utf8');

  test('has every command and every exit code as the help has them', async () => {
    const { stdout } = await call(['--help']);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map((match) => match[1]!);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect([name, text.includes(`\`${name}\``)]).toEqual([name, true]);
    const codes = [...stdout.matchAll(/^ {2,}(\d+) {2}(.+)$/gm)].map((match) => `| ${match[1]} | ${match[2]} |`);
    expect(codes).toHaveLength(10);
    for (const row of codes) expect(text).toContain(row);
  });

  test('every command has a help text, and none is started by reading it', async () => {
    const cwd = folder();
    for (const args of [
      ['pub'],
      ['sub'],
      ['record'],
      ['replay'],
      ['bench'],
      ['top'],
      ['demo'],
      ['user', 'create'],
      ['check'],
    ]) {
      const { status, stdout, stderr } = await call([...args, '--help'], { cwd });
      expect([args, status, stderr]).toEqual([args, 0, '']);
      expect(stdout).toContain(`Usage: pulsemq ${args.join(' ')}`);
    }
    mkdirSync(join(cwd, 'x'));
    symlinkSync(join(repository, 'packages/cli/bin/pulsemq.js'), join(cwd, 'x', 'pulsemq'));
    const linked = spawnSync(join(cwd, 'x', 'pulsemq'), ['--version'], { encoding: 'utf8' });
    expect(linked.status).toBe(0);
  });
});
