// Brokers that share a PostgreSQL server, where there is one. Each reaches the servers of NATS in a way of its own, which can be cut: through
// proxies, or from a network namespace.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresServer, postgresBinaries } from '../postgres/postgres-server.mjs';
import { Broker, freePorts } from '../resilience/broker.mjs';
import { clusterSection, eventually, namespace, startServers } from './cluster.mjs';
import { ProxiedLinks } from './proxied-links.mjs';
import { Room } from './room.mjs';

const names = ['a', 'b', 'c'];
/** In an isolated namespace nothing else reaches it. */
const everywhere = '0.0.0.0';

export class Fleet {
  brokers = [];
  /** For each broker, its way to the servers. */
  ways = [];
  postgres = null;
  #hasRooms;
  /** The first port of each broker. */
  #ports = [];

  constructor(servers, hasRooms) {
    this.servers = servers;
    this.#hasRooms = hasRooms;
  }

  /**
   * With `areNamed` the brokers name each other to clients, which move to another one then. With `hasRooms` each is in a network namespace; the
   * command must be isolated for that.
   */
  static async start({ areNamed = false, hasRooms = false } = {}) {
    // Without that a server tells clients its own address and those of the others, and they go past the proxies.
    const words = ['--no_advertise', ...(hasRooms ? ['-a', everywhere] : [])];
    const fleet = new Fleet(await startServers(3, words), hasRooms);
    if (areNamed) for (const _ of names) fleet.#ports.push(await freePorts());
    if (postgresBinaries() === undefined) console.log('  no PostgreSQL server was found: each broker has a file');
    else await fleet.#startPostgres();
    const url = await fleet.postgres?.database();
    for (const name of names) await fleet.#add(name, url);
    await fleet.makeNamespace(namespace);
    return fleet;
  }

  async #startPostgres() {
    if (!this.#hasRooms) {
      this.postgres = await PostgresServer.start();
      return;
    }
    this.postgres = await PostgresServer.start(`listen_addresses=${everywhere}`);
    appendFileSync(join(this.postgres.folder, 'data', 'pg_hba.conf'), `host all all ${everywhere}/0 trust\n`);
    await this.postgres.query('postgres', 'select pg_reload_conf()');
  }

  /** One broker after the other: the first one makes the administrator, whose account is that of the others too. */
  async #add(name, url) {
    const way = await this.#openWay();
    const [first] = this.brokers;
    const adminFile = url === undefined || first === undefined ? undefined : join(first.folder, '.pulsemq_admin');
    const config = this.#configOf(name, way, url);
    const port = this.#ports[this.brokers.length];
    this.ways.push(way);
    const logLevel = process.env.PULSEMQ_TEST_LOG ?? 'error';
    this.brokers.push(await Broker.start({ port, host: way.host, before: way.words, config, adminFile, logLevel }));
  }

  #openWay() {
    if (!this.#hasRooms) return ProxiedLinks.open(this.servers);
    const farPorts = [...this.servers, ...(this.postgres === null ? [] : [this.postgres])].map(({ port }) => port);
    return Room.open(this.ways.length, farPorts);
  }

  #configOf(name, way, url) {
    const servers = (way.proxies ?? this.servers).map(({ port }) => ({ url: `nats://${way.farHost}:${port}` }));
    const others = this.#ports.map((port) => `127.0.0.1:${port}`).join(', ');
    const named = others === '' ? '' : `  servers_for_clients: [${others}]\n`;
    const place = url?.replace('127.0.0.1', way.farHost);
    const storage = place === undefined ? '' : `storage:\n  driver: postgres\n  url: ${place}\n`;
    return clusterSection(servers, name) + named + storage;
  }

  /** Makes a namespace at all brokers. `settings` are further fields of it. */
  async makeNamespace(name, settings = {}) {
    const makers = this.postgres === null ? this.brokers : this.brokers.slice(0, 1);
    for (const broker of makers)
      await broker.call('POST', '/api/namespaces', { name, keep_last_value: true, ...settings });
    for (const broker of this.brokers)
      await eventually('every broker has the namespace', 5_000, async () =>
        (await broker.call('GET', '/api/namespaces')).some((one) => one.name === name),
      );
  }

  /** Nothing passes between a broker and NATS until `heal`; from a namespace nothing passes to PostgreSQL either. */
  part(index) {
    this.ways[index].part();
  }

  heal(index) {
    this.ways[index].heal();
  }

  /** Packets that partitions have dropped; null where they go through proxies. */
  get droppedCount() {
    return this.#hasRooms ? this.ways.reduce((sum, { droppedCount }) => sum + droppedCount, 0) : null;
  }

  async end() {
    await Promise.all(this.brokers.map((broker) => broker.end()));
    for (const way of this.ways) way.close();
    await Promise.all(this.servers.map((server) => server.kill()));
    await this.postgres?.remove();
  }
}
