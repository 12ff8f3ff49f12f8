import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lastingPorts } from '../../broker/test/engine/lasting-ports.js';
import { CalledCommand, folder, repository } from './called-command.js';
import { callInProcess } from './in-process-command.js';
import { RunningBroker, RunningCommand } from './running-broker.js';

describe('demo', () => {
  test('publishes consistent quotes, trades and bars', async () => {
    const broker = await RunningBroker.start();
    const sub = broker.command(['sub', 'demo:>', '--json']);
    await sub.says('subscribed to');
    const demo = await broker.run(['demo', '--for', '2500ms', '--rate', '200', '--symbols', '3', '--readers', '1']);
    expect([demo.status, demo.stdout]).toEqual([0, expect.stringMatching(/^published \d+ messages\n$/)]);
    sub.signal('SIGINT');
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

  test('--serve starts a broker; Ctrl-C ends both with 0', async () => {
    const cwd = folder();
    const port = String(await lastingPorts());
    const demo = new CalledCommand(['demo', '--serve', '--pub-port', port, '--admin-port', '0'], { cwd });
    await demo.says('publishing');
    const sub = await callInProcess(['sub', 'demo:>', '--count', '3', '--pub-port', port, '--host', '127.0.0.1'], {
      cwd,
    });
    expect(sub.status).toBe(0);
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
  });
});

describe('bench', () => {
  test('every message arrives, and the percentiles are in order', async () => {
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
      /^throughput {2}.* none lost\)\nlatency {5}p50 .*\n( {2}< .*\n)+$/,
    );
  });

  test('several publishers and subscribers: each subscriber gets all messages, and the histogram counts each', async () => {
    const broker = await RunningBroker.start();
    const counts = ['--publishers', '3', '--subscribers', '2'];
    const { stdout } = await broker.run(['bench', '--for', '300ms', '--rate', '500', ...counts, '--json']);
    const { publishers, subscribers, throughput, latency } = JSON.parse(stdout);
    expect([publishers, subscribers]).toEqual([3, 2]);
    expect(throughput.received).toBe(2 * throughput.published);
    const buckets = latency.histogram as { below_us: number; count: number }[];
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(latency.count);
    expect(latency.max_us).toBeLessThanOrEqual(buckets.at(-1)!.below_us);
    const tooMany = await broker.run(['bench', '--for', '100ms', '--publishers', '11']);
    expect([tooMany.status, tooMany.stderr]).toEqual([6, expect.stringContaining('connection')]);
  });
});

describe('top', () => {
  test('draws topics, clients and events within 80 by 24; q restores the terminal', async () => {
    const broker = await RunningBroker.start();
    const demo = broker.command(['demo', '--rate', '100', '--readers', '1']);
    await demo.says('publishing');
    const top = broker.spawned(['top'], { terminal: true });
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

  test('--json prints figures; no terminal: 2; Ctrl-C: 0; a failed log-in leaves the terminal as it is', async () => {
    const broker = await RunningCommand.start();
    expect((await broker.run(['top'])).status).toBe(2);
    const figures = broker.command(['top', '--json']);
    await figures.says('\n', 'stdout');
    figures.signal('SIGINT');
    expect((await figures.result()).status).toBe(0);
    expect(JSON.parse(figures.stdout.split('\n')[0]!)).toMatchObject({ version: expect.any(String), msg_rate: 0 });
    const broken = broker.command(['top', '--json']);
    await broken.says('\n', 'stdout');
    const wrong = { PULSEMQ_USERNAME: 'nobody', PULSEMQ_PASSWORD: 'wrong' };
    const refused = await broker.spawned(['top'], { terminal: true, env: wrong, cwd: folder() }).result();
    expect([refused.status, refused.stdout]).toEqual([4, 'pulsemq: unknown username or wrong password\r\n']);
    broker.child.kill('SIGKILL');
    const { status, stderr } = await broken.result();
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(/^pulsemq: the connection to the HTTP API broke: .+\n$/),
    ]);
  });
});

describe('completion', () => {
  const complete = async (line: string): Promise<string[]> => {
    const { stdout } = await callInProcess(['completion', 'bash']);
    const script = `${stdout}\nCOMP_LINE='${line}'; COMP_POINT=${line.length}
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

  test('in an interactive bash', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'rc'), (await callInProcess(['completion', 'bash'])).stdout);
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

  test('the scripts for zsh and fish contain every command', async () => {
    for (const shell of ['zsh', 'fish']) {
      const { status, stdout } = await callInProcess(['completion', shell]);
      expect(status).toBe(0);
      for (const name of ['serve', 'pub', 'sub', 'record', 'replay', 'top', 'user', 'completion'])
        expect(stdout).toContain(name);
    }
    expect((await callInProcess(['completion', 'tcsh'])).status).toBe(2);
  });
});

describe('the documentation', () => {
  const text = readFileSync(join(repository, 'docs', 'command-line.md'), 'utf8');

  test('lists every command and every exit code of the help', async () => {
    const { stdout } = await callInProcess(['--help']);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map((match) => match[1]!);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect([name, text.includes(`\`${name}\``)]).toEqual([name, true]);
    const codes = [...stdout.matchAll(/^ {2,}(\d+) {2}(.+)$/gm)].map((match) => `| ${match[1]} | ${match[2]} |`);
    expect(codes).toHaveLength(10);
    for (const row of codes) expect(text).toContain(row);
  });

  test('--help of a command prints its usage and does not start it', async () => {
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
      const { status, stdout, stderr } = await callInProcess([...args, '--help'], { cwd });
      expect([args, status, stderr]).toEqual([args, 0, '']);
      expect(stdout).toContain(`Usage: pulsemq ${args.join(' ')}`);
    }
    mkdirSync(join(cwd, 'x'));
    symlinkSync(join(repository, 'packages/cli/bin/pulsemq.js'), join(cwd, 'x', 'pulsemq'));
    const linked = spawnSync(join(cwd, 'x', 'pulsemq'), ['--version'], { encoding: 'utf8' });
    expect(linked.status).toBe(0);
  });
});
