// npm run test:shells [-- --install] [-- --no-skip]: tests the completion of the command in zsh, by its screen while keys are typed,
// and in fish, by its completion engine. The tests of the command cover bash. A missing shell is reported and skipped; --install installs
// it, --no-skip makes a skip a failure.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../packages/cli/bin/pulsemq.js', import.meta.url));
const shells = ['zsh', 'fish'];
const waitMs = 10_000;

const flags = new Set(process.argv.slice(2));
for (const flag of flags) {
  if (flag === '--install' || flag === '--no-skip') continue;
  console.error(`shells: unknown option ${flag}; the options are --install and --no-skip`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'pulsemq-shells-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'bars.csv'), '');

const isThere = (shell) => spawnSync(shell, ['--version']).status === 0;

function install(missing) {
  const [program, ...before] = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  console.log(`shells: installing ${missing.join(', ')}`);
  spawnSync(program, [...before, 'update', '-qq'], { stdio: 'inherit' });
  spawnSync(program, [...before, 'install', '-y', '-qq', '--no-install-recommends', ...missing], { stdio: 'inherit' });
}

/** Writes the completion script of a shell into the folder. */
function writeScript(shell) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'completion', shell], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`pulsemq completion ${shell}: ${stderr}`);
  writeFileSync(join(folder, `script.${shell}`), stdout);
}

/** A typed line, and the completions of its last word. */
const lines = [
  ['pulsemq us', ['user']],
  ['pulsemq user cr', ['create']],
  ['pulsemq pub --format df_p', ['df_pyarrow']],
  ['pulsemq grant set a b ad', ['admin']],
  ['pulsemq check --eff', ['--effective']],
  ['pulsemq pub user --keep', ['--keep-all']],
  ['pulsemq pub --file ba', ['bars.csv']],
  ['pulsemq sub mar', ['market:a.price']],
  ['pulsemq grant list --us', ['--user']],
  ['pulsemq grant list --user ad', ['admin']],
];
/** `pulsemq check` has the option --effective, `pulsemq token check` has not. */
const notOffered = ['pulsemq token check --eff'];

/** What a shell that completes names needs: the command on its path, and a broker with a topic. */
let env = process.env;

/** Starts a broker and publishes to a topic. Returns the process. */
async function startBroker() {
  mkdirSync(join(folder, 'bin'));
  symlinkSync(command, join(folder, 'bin', 'pulsemq'));
  const ports = ['--host', '127.0.0.1', '--pub-port', '0', '--admin-port', '0'];
  const broker = spawn(process.execPath, [command, ...ports], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  process.on('exit', () => broker.kill('SIGKILL'));
  let banner = '';
  for await (const chunk of broker.stdout) {
    banner += chunk;
    if (banner.includes('Health')) break;
  }
  const portOf = (name) => new RegExp(`${name} +: \\w+://[^:]+:(\\d+)`).exec(banner)[1];
  env = {
    ...process.env,
    HOME: folder,
    PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
    PULSEMQ_PUB_PORT: portOf('PUB\\(XSUB\\)'),
    PULSEMQ_ADMIN_URL: `http://127.0.0.1:${portOf('Admin')}`,
    PULSEMQ_CONFIG_DIR: join(folder, 'config'),
  };
  const pub = spawnSync(process.execPath, [command, 'pub', 'market:a.price', '1'], { cwd: folder, env });
  if (pub.status !== 0) throw new Error(`pulsemq pub: ${pub.stderr}`);
  return broker;
}

let failCount = 0;
function check(isGood, what) {
  console.log(`  ${isGood ? 'ok ' : 'NOT'} ${what}`);
  if (!isGood) failCount += 1;
}

function testFish() {
  const offered = (line) =>
    spawnSync('fish', ['--no-config', '-c', `source script.fish; complete -C '${line}'`], {
      cwd: folder,
      encoding: 'utf8',
      env,
    })
      .stdout.split('\n')
      .flatMap((one) => (one === '' ? [] : [one.split('\t')[0]]));
  for (const [line, words] of lines) check(String(offered(line)) === String(words), `fish: ${line} -> ${words}`);
  for (const line of notOffered) check(offered(line).length === 0, `fish: ${line} -> nothing`);
}

/** A zsh on its own terminal. */
class TypedShell {
  #screen = '';
  #child = spawn('script', ['-qec', 'zsh -f -i', '/dev/null'], {
    cwd: folder,
    env: { ...env, TERM: 'dumb', COLUMNS: '200' },
  });

  constructor() {
    this.#child.stdout.setEncoding('utf8').on('data', (chunk) => {
      this.#screen += chunk;
    });
  }

  /** Types keys. Resolves with the output since then, once it contains the text, or after a time limit. */
  async type(keys, text) {
    this.#screen = '';
    this.#child.stdin.write(keys);
    const deadline = AbortSignal.timeout(waitMs);
    while (!this.#screen.includes(text)) {
      try {
        await once(this.#child.stdout, 'data', { signal: deadline });
      } catch {
        return this.#screen;
      }
    }
    return this.#screen;
  }

  end() {
    this.#child.kill('SIGKILL');
  }
}

async function testZsh() {
  const shell = new TypedShell();
  // The quotes keep the echo of the typed text from looking like its output.
  const rest = (line, word) => word.slice(line.split(' ').at(-1).length);
  const start = `PS1='> '; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u; source script.zsh; echo rea''dy\r`;
  check((await shell.type(start, 'ready')).includes('ready'), 'zsh: accepts the script');
  for (const [line, [word]] of lines) {
    const wanted = `${rest(line, word)} `;
    // Control-U clears the line.
    check((await shell.type(`${line}\t`, wanted)).includes(wanted), `zsh: ${line} -> ${word}`);
    await shell.type("\u0015echo ne''xt\r", 'next');
  }
  const shown = await shell.type('pulsemq user \t\t', 'change a user');
  check(/create +-- create a user/.test(shown), 'zsh: shows a description of each word');
  shell.end();
}

let missing = shells.filter((shell) => !isThere(shell));
if (missing.length > 0 && flags.has('--install')) {
  install(missing);
  missing = shells.filter((shell) => !isThere(shell));
}
for (const shell of missing)
  console.log(
    `shells: ${shell} is not installed, so its test is skipped; "npm run test:shells -- --install" installs it`,
  );
const broker = await startBroker();
for (const [shell, test] of Object.entries({ zsh: testZsh, fish: testFish })) {
  if (missing.includes(shell)) continue;
  writeScript(shell);
  await test();
}
if (failCount > 0 || (missing.length > 0 && flags.has('--no-skip'))) process.exitCode = 1;
broker.kill('SIGTERM');
