import { expect, onTestFinished, test } from 'vitest';
import { until, Wire } from '../../broker/test/engine/fabric/fabric-scene.js';
import { SocketBroker } from '../../broker/test/engine/fabric/socket-broker.js';
import { type Gap, PulseMQClient } from '../src/index.js';
import { nextEvent } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

/** A broker whose clients come through proxies. */
class Place {
  readonly broker: SocketBroker;
  readonly #pub: TcpProxy;
  readonly #sub: TcpProxy;

  private constructor(broker: SocketBroker, pub: TcpProxy, sub: TcpProxy) {
    this.broker = broker;
    this.#pub = pub;
    this.#sub = sub;
  }

  static async open(name: string, wire: Wire): Promise<Place> {
    const broker = await SocketBroker.open(name, wire, true);
    return new Place(broker, await TcpProxy.to(broker.pubPort), await TcpProxy.to(broker.subPort));
  }

  get address(): string {
    return `127.0.0.1:${this.#pub.port}/${this.#sub.port}`;
  }

  accept(isAccepting: boolean): void {
    this.#pub.refuse(!isAccepting);
    if (!isAccepting) this.#pub.cut();
  }

  publish(text: string): void {
    this.broker.publish('x', Buffer.from(text));
    this.broker.core.fanOut.turn.flush();
  }
}

/** A reader at the first of two brokers that keep history. The topic has had a message at each of them, the last one at the first broker. */
async function scene() {
  const wire = new Wire();
  const [first, second] = [await Place.open('first', wire), await Place.open('second', wire)];
  second.accept(false);
  const { username, token } = first.broker;
  const reconnect = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };
  const client = new PulseMQClient({ servers: [first.address, second.address], username, token, reconnect });
  onTestFinished(() => client.close());
  const gaps: Gap[] = [];
  client.on('gap', (gap) => gaps.push(gap));
  await client.connect();
  const subscription = await client.subscribe('market', '>');
  const take = async (): Promise<string> => {
    const { payload, isRecovered } = (await subscription.next()).value!;
    return `${Buffer.from(payload).toString()}${isRecovered ? '!' : ''}`;
  };
  await first.broker.joined(second.broker);
  second.publish('1');
  expect(await take()).toBe('1');
  first.publish('2');
  expect(await take()).toBe('2');
  const leave = async (): Promise<void> => {
    const disconnected = nextEvent(client, 'disconnected');
    first.accept(false);
    await disconnected;
  };
  const arrive = async (): Promise<void> => {
    const reconnected = nextEvent(client, 'reconnected');
    second.accept(true);
    await reconnected;
  };
  return { wire, first, second, client, gaps, take, leave, arrive };
}

test('what the broker that a reader has left accepted last is asked for, also when no subscriber has wanted it elsewhere', async () => {
  const { first, second, gaps, take, leave, arrive } = await scene();
  await leave();
  first.publish('3');
  await arrive();
  expect(await take()).toBe('3!');
  second.publish('4');
  expect(await take()).toBe('4');
  expect(gaps).toEqual([]);
});

test('when that broker cannot be reached, its end is a gap of unknown size, although another stream of the topic goes on', async () => {
  const { wire, first, second, client, gaps, take, leave, arrive } = await scene();
  await leave();
  wire.change = () => [];
  await until(() => second.broker.peer.health === 'unreachable');
  first.publish('3');
  const gap = nextEvent(client, 'gap');
  await arrive();
  second.publish('4');
  expect(await gap).toMatchObject({ topic: 'x', epochChanged: true, missedCount: undefined });
  expect(await take()).toBe('4');
  expect(gaps).toHaveLength(1);
});
