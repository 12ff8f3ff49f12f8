// Network namespaces: each broker gets one, with a link to the servers and the clients. nftables drops packets in it, so that connections stay
// open and go on by themselves after a partition, as on a real network. A TCP proxy cannot do that: what it has swallowed is gone.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { endWithUs } from '../resilience/end-with-us.mjs';
import { eventually } from './cluster.mjs';

const isolationMark = 'PULSEMQ_TEST_NAMESPACE';
/** What a partition needs, tried in a namespace of its own. */
const trial = 'ip link set lo up && ip link add name room0 type veth peer name away0 && nft add table inet pulsemq';

/** Why namespaces cannot be used on this machine; undefined where they can. */
function problem() {
  if (process.platform !== 'linux' || process.getuid() !== 0) return 'they need root on Linux';
  const { status, stderr, error } = spawnSync('unshare', ['--net', 'sh', '-c', trial], { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

/**
 * Runs this command again in a namespace of its own, where servers may listen on all addresses, and ends with its exit code. Returns true in
 * that namespace, and false, after saying why, where the machine has none.
 */
export function isolate() {
  if (process.env[isolationMark] !== undefined) {
    execFileSync('ip', ['link', 'set', 'lo', 'up']);
    return true;
  }
  const text = problem();
  if (text !== undefined) {
    console.log(`cluster: no network namespaces here (${text}): partitions are made by TCP proxies`);
    return false;
  }
  const words = ['--net', process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const { status } = spawnSync('unshare', words, { stdio: 'inherit', env: { ...process.env, [isolationMark]: '1' } });
  process.exit(status ?? 1);
}

/** The namespace of one broker, which lasts as long as the process that holds it. */
export class Room {
  /** Packets that partitions have dropped. */
  droppedCount = 0;
  #holder;
  /** Ports that a partition cuts off. */
  #farPorts;

  constructor(index, holder, farPorts) {
    this.index = index;
    this.#holder = holder;
    this.#farPorts = farPorts;
  }

  /** `farPorts`: those of NATS and PostgreSQL. */
  static async open(index, farPorts) {
    const holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
    endWithUs(holder);
    const here = readlinkSync('/proc/self/ns/net');
    await eventually('the namespace is there', 5_000, () => readlinkSync(`/proc/${holder.pid}/ns/net`) !== here);
    const room = new Room(index, holder, farPorts);
    room.#connect();
    return room;
  }

  /** Of the broker, for its clients. Addresses of RFC 2544, which no network routes. */
  get host() {
    return `198.18.${this.index}.2`;
  }

  /** Of the servers, for the broker. */
  get farHost() {
    return `198.18.${this.index}.1`;
  }

  /** What stands before a command that runs in it. */
  get words() {
    return ['nsenter', '--target', String(this.#holder.pid), '--net', '--'];
  }

  #connect() {
    const [near, far] = [`room${this.index}`, `away${this.index}`];
    const pid = String(this.#holder.pid);
    execFileSync('ip', ['link', 'add', 'name', near, 'type', 'veth', 'peer', 'name', far, 'netns', pid]);
    execFileSync('ip', ['address', 'add', `${this.farHost}/30`, 'dev', near]);
    execFileSync('ip', ['link', 'set', near, 'up']);
    this.#inside('ip', 'link', 'set', 'lo', 'up');
    this.#inside('ip', 'address', 'add', `${this.host}/30`, 'dev', far);
    this.#inside('ip', 'link', 'set', far, 'up');
  }

  #inside(...words) {
    const [command, ...others] = [...this.words, ...words];
    return execFileSync(command, others, { encoding: 'utf8' });
  }

  /** No packet passes between the broker and the servers, until `heal`. Its clients reach it. */
  part() {
    const ports = `{ ${this.#farPorts.join(', ')} }`;
    this.#inside('nft', 'add', 'table', 'inet', 'pulsemq');
    for (const [hook, side] of [
      ['input', 'sport'],
      ['output', 'dport'],
    ]) {
      this.#inside('nft', `add chain inet pulsemq ${hook} { type filter hook ${hook} priority 0; }`);
      this.#inside('nft', `add rule inet pulsemq ${hook} tcp ${side} ${ports} counter drop`);
    }
  }

  heal() {
    const counters = this.#inside('nft', 'list', 'table', 'inet', 'pulsemq').matchAll(/packets (\d+)/g);
    for (const [, count] of counters) this.droppedCount += Number(count);
    this.#inside('nft', 'delete', 'table', 'inet', 'pulsemq');
  }

  /** The processes in it must have ended. */
  close() {
    this.#holder.kill('SIGKILL');
  }
}
