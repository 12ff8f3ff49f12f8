import { onTestFinished } from 'vitest';
import { startJournalThread } from '../../../dist/journal/journal.js';
import { composeCore } from '../../../src/engine/compose-core.js';
import { applyEntitlementCommand } from '../../../src/engine/entitlement-commands.js';
import { Fabric } from '../../../src/engine/fabric/fabric.js';
import type { Transport, TransportEvents } from '../../../src/engine/fabric/transport.js';
import { everyone } from '../../../src/engine/fabric/wire.js';
import type { Batch } from '../../../src/engine/fanout/batch/batch.js';
import { messagesOf } from '../../../src/engine/fanout/batch/message-walk.js';
import type { GroupMember } from '../../../src/engine/fanout/group-member.js';
import { IncidentLimit } from '../../../src/engine/incident-limit.js';
import { findHere } from '../../../src/engine/report/find-here.js';
import { interestSet } from '../../../src/engine/route/interest.js';
import { allTopics } from '../../../src/engine/route/prefix-set.js';
import type { EngineCore } from '../../../src/engine/session/core.js';
import { publishFromApi } from '../../../src/engine/session/publish/api-publish.js';
import { sayStreamsEnded } from '../../../src/engine/session/subscribe/ended-notice.js';
import type { JournalSettings } from '../../../src/journal/thread-messages.js';
import { testConfig } from '../support.js';

/** What lies between brokers in these tests: it keeps the order, and drops, repeats or changes what a test wants. */
export class Wire {
  maxPayloadBytes = 1_048_576;
  /** Takes each message on its way; returns what arrives instead. */
  change: (message: Buffer) => Buffer[] = (message) => [message];
  sentCount = 0;
  readonly #ends = new Map<string, TransportEvents>();

  open(events: TransportEvents, id: string): Transport {
    this.#ends.set(id, events);
    const wire = this;
    return {
      isConnected: true,
      server: 'wire',
      get maxPayloadBytes() {
        return wire.maxPayloadBytes;
      },
      send: (receiver, message) => this.#send(id, receiver, message),
      close: async () => {
        this.#ends.delete(id);
      },
    };
  }

  /** Gives a broker these bytes as if another one had sent them. */
  inject(receiver: string, bytes: Buffer): void {
    this.#ends.get(receiver)?.onMessage(bytes);
  }

  #send(sender: string, receiver: string, message: Buffer): void {
    this.sentCount++;
    for (const arriving of this.change(message)) {
      for (const [id, end] of this.#ends) {
        const isMeant = receiver === everyone ? id !== sender : id === receiver;
        if (isMeant) setImmediate(() => end.onMessage(Buffer.from(arriving)));
      }
    }
  }
}

/** A delivery that a reader got. */
export interface Seen {
  readonly key: string;
  readonly sequence: number;
}

/** A subscriber, as the fan-out sees it. */
class Reader implements GroupMember {
  readonly isReader = true;
  readonly seen: Seen[] = [];

  deliver(batch: Batch): void {
    for (const { key, sequence } of messagesOf(batch, 0, batch.messageCount)) this.seen.push({ key, sequence });
  }

  joined(): void {}

  left(): void {}
}

/** One broker without sockets: publishes come through the API, readers are members of groups. */
export class SceneBroker {
  readonly core: EngineCore;
  readonly fabric: Fabric;
  readonly news: string[] = [];
  /** Epochs of streams whose end is unknown. */
  readonly endedEpochs: number[] = [];
  readonly reader = new Reader();

  /** `journal`: where the namespaces keep history; null for none. */
  constructor(
    name: string,
    wire: Wire,
    namespaces: readonly string[] = ['market'],
    journal: JournalSettings | null = null,
  ) {
    this.core = composeCore({ ...testConfig, journal }, () => {}, new IncidentLimit(), startJournalThread);
    const history = journal !== null;
    for (const [index, one] of namespaces.entries()) {
      const namespace = { id: index + 1, name: one, isActive: true, keepLastValue: true, freshness: null, history };
      applyEntitlementCommand(this.core, { kind: 'namespace', namespace });
    }
    this.fabric = new Fabric({
      core: this.core,
      cluster: {
        name: 'test',
        brokerName: name,
        host: 'localhost',
        servers: [],
        login: { kind: 'none' },
        tls: null,
      },
      open: (events, id) => wire.open(events, id),
      ports: { pubPort: 1, subPort: 2 },
      findHere: (question) => findHere(this.core, question),
      onNews: (text) => this.news.push(text),
      onStreamsEnded: (epochs) => {
        this.endedEpochs.push(...epochs);
        sayStreamsEnded(this.core, epochs);
      },
    });
    onTestFinished(() => this.fabric.close());
  }

  /** Opens its journal, which is stopped at the end of the test. */
  async restoreJournal(): Promise<void> {
    await this.core.journal!.restore();
    onTestFinished(() => this.core.journal!.stop());
  }

  publish(topic: string, payload: Buffer, namespace = 'market'): void {
    this.core.clock.tick();
    const message = { userId: 1, username: 'feed', namespace, topic, format: 0, flags: 0, payload };
    publishFromApi(this.core, message, (answer) => {
      if (answer.kind !== 'published') throw new Error(JSON.stringify(answer));
    });
  }

  /** The reader wants these topics from now on. */
  want(pattern: string, namespace = 'market'): void {
    this.core.interest.place(this.reader, interestSet([{ namespace, pattern, prefixes: allTopics }]));
  }

  /** Resolves when the other one knows what this one wants, and this one has its last values. */
  async joined({ fabric }: SceneBroker): Promise<void> {
    await until(() =>
      this.fabric.figures().peers.some(({ broker, appliedVersion }) => broker.id === fabric.id && appliedVersion > 0),
    );
  }

  /** What this broker knows of the other one. */
  get peer() {
    return this.fabric.figures().peers[0]!;
  }

  get sequences(): number[] {
    return this.reader.seen.map(({ sequence }) => sequence);
  }
}

/** Resolves when the condition is true: the clocks of the fabric have 50 ms. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Two brokers that know each other; the second one wants everything. */
export async function scene(): Promise<{ wire: Wire; a: SceneBroker; b: SceneBroker }> {
  const wire = new Wire();
  const [a, b] = [new SceneBroker('a', wire), new SceneBroker('b', wire)];
  b.want('>');
  await until(() => b.peer?.appliedVersion === 1 && a.peer !== undefined);
  return { wire, a, b };
}
