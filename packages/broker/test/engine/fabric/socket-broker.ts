import { onTestFinished } from 'vitest';
import { applyEntitlementCommand } from '../../../src/engine/entitlement-commands.js';
import { Connections } from '../../../src/engine/net/connections.js';
import { Encryption } from '../../../src/engine/net/encryption.js';
import { openPortPair } from '../../../src/engine/net/port-pair.js';
import { tokenOf, userOf } from '../engine-fixture.js';
import { journalFolder, journalOf } from '../journal/journal-engine.js';
import { testConfig } from '../support.js';
import { SceneBroker, type Wire } from './fabric-scene.js';

/** A broker of a scene whose ports are open: clients log in as `root`. */
export class SocketBroker extends SceneBroker {
  readonly username = 'root';
  readonly token = tokenOf('root');
  pubPort = 0;
  subPort = 0;

  /** `keepsHistory`: its namespace does. */
  static async open(name: string, wire: Wire, keepsHistory = false): Promise<SocketBroker> {
    const broker = new SocketBroker(name, wire, undefined, keepsHistory ? journalOf(journalFolder()) : null);
    if (keepsHistory) await broker.restoreJournal();
    const { core } = broker;
    applyEntitlementCommand(core, { kind: 'user', user: userOf(1, broker.username, { type: 'super_admin' }) });
    const { encryption, handshakeTimeoutMs, host } = testConfig;
    const connections = new Connections(core, await Encryption.open(encryption, handshakeTimeoutMs, core.limitReport));
    const onAcceptError = (error: Error): void => {
      throw error;
    };
    const { pub, sub } = await openPortPair(
      host,
      { pub: 0, sub: 0 },
      { pub: connections.requestAcceptor(), sub: connections.subscriberAcceptor() },
      { guard: core.guard, onAcceptError },
    );
    onTestFinished(async () => {
      pub.close();
      sub.close();
      await connections.closeAll('the test is over');
    });
    broker.pubPort = pub.port;
    broker.subPort = sub.port;
    return broker;
  }
}
