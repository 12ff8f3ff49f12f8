// Runs the steps of the Dockerfile without Docker, as root on Linux. Each stage is an overlay over this machine's root folder, in a mount
// namespace of its own: the base image is this machine with its Node, and nothing of the machine is changed. The broker then runs as the
// unprivileged user in a root folder that is mounted read-only.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join, resolve } from 'node:path';
import { checkBroker } from './broker-checks.mjs';
import { copyContext } from './context.mjs';

function must(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? status}\n${stdout}${stderr}`);
}

/** A root folder that is a copy of this machine's where it is written to. */
function overlayRoot(folder) {
  const [upper, work, merged] = ['upper', 'work', 'root'].map((name) => join(folder, name));
  for (const one of [upper, work, merged]) mkdirSync(one, { recursive: true });
  must('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=/,upperdir=${upper},workdir=${work}`, merged]);
  for (const part of ['/proc', '/dev', '/sys']) must('mount', ['--rbind', part, join(merged, part)]);
  return merged;
}

/** The environment of a step: that of the Dockerfile, and none of npm's variables. */
const environmentOf = (values) => ({
  PATH: process.env.PATH,
  HOME: '/root',
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name))),
  ...values,
});

/** Runs the steps of a stage. Returns what its last ones say about running it. */
function buildStage(stage, root, roots, repository) {
  const state = { workdir: '/', env: {}, user: 'root', root };
  const inRoot = (path) => join(root, resolve(state.workdir, path));
  const steps = {
    env: ({ values }) => Object.assign(state.env, values),
    workdir: ({ path }) => {
      state.workdir = resolve(state.workdir, path);
      mkdirSync(inRoot('.'), { recursive: true });
    },
    run: ({ command }) =>
      must('chroot', [root, 'sh', '-c', `cd ${state.workdir} && ${command}`], { env: environmentOf(state.env) }),
    copy: ({ from, sources, target }) => {
      if (from === undefined) return copyContext(repository, inRoot(target));
      for (const source of sources) copyTo(join(roots.get(from), source), inRoot(target), target.endsWith('/'));
    },
    user: ({ name }) => Object.assign(state, { user: name }),
    volume: ({ path }) => Object.assign(state, { volume: path }),
    entrypoint: ({ words }) => Object.assign(state, { entrypoint: words }),
    cmd: ({ words }) => Object.assign(state, { cmd: words }),
    healthcheck: ({ words }) => Object.assign(state, { healthcheck: words }),
    expose: () => {},
  };
  for (const step of stage.steps) {
    console.log(`  ${stage.name}: ${step.kind} ${step.command ?? step.target ?? step.path ?? ''}`);
    steps[step.kind](step);
  }
  return state;
}

/** A folder's content goes into the target, a file into a target that ends with a slash. */
function copyTo(source, target, isFolder) {
  const isFile = statSync(source).isFile();
  cpSync(source, isFile && isFolder ? join(target, basename(source)) : target, {
    recursive: true,
    verbatimSymlinks: true,
  });
}

export async function runInFolder(repository, stages, folder, check) {
  const roots = new Map();
  let state;
  for (const stage of stages) {
    const root = overlayRoot(join(folder, `stage-${roots.size}`));
    roots.set(stage.name, root);
    // The user of the official image of Node.
    spawnSync('chroot', [root, 'useradd', '--create-home', '--shell', '/bin/sh', 'node']);
    state = buildStage(stage, root, roots, repository);
  }
  const { root, volume } = state;
  check(!existsSync(join(root, 'app/node_modules/vite')), 'the tools that build it are not in it');
  // Data is written elsewhere than the root, which is then made read-only.
  const data = join(folder, 'data');
  mkdirSync(data);
  must('chown', ['--reference', join(root, volume), data]);
  must('mount', ['--bind', data, join(root, volume)]);
  must('mount', ['-o', 'remount,ro', root]);
  // The ports of the Dockerfile may be taken on this machine.
  Object.assign(state.env, await freePorts());
  await checkBroker(() => started(state), state.healthcheck, check);
}

/** Settings of a broker, and of commands that call it, for ports that are free. */
async function freePorts() {
  const servers = [1, 2, 3].map(() => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [pub, sub, admin] = servers.map((server) => String(server.address().port));
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return {
    PULSEMQ_SERVER_PUB_PORT: pub,
    PULSEMQ_SERVER_SUB_PORT: sub,
    PULSEMQ_SERVER_ADMIN_PORT: admin,
    PULSEMQ_PUB_PORT: pub,
    PULSEMQ_SUB_PORT: sub,
    PULSEMQ_ADMIN_URL: `http://127.0.0.1:${admin}`,
  };
}

async function started({ root, workdir, env, user, entrypoint, cmd }) {
  const words = (command) => [
    '--userspec',
    `${user}:${user}`,
    root,
    'sh',
    '-c',
    `cd ${workdir} && exec "$@"`,
    'sh',
    ...command,
  ];
  const options = { env: { ...environmentOf(env), HOME: `/home/${user}` } };
  const broker = spawn('chroot', words([...entrypoint, ...cmd]), {
    ...options,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(broker, 'exit');
  process.once('exit', () => broker.kill('SIGKILL'));
  return {
    exec: (command) => spawnSync('chroot', words(command), { ...options, encoding: 'utf8', timeout: 60_000 }),
    stop: async () => {
      broker.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}
