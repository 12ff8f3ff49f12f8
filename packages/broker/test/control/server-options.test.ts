import { describe, expect, test } from 'vitest';
import { StartupError } from '../../src/control/startup-error.js';
import { PulseMQServer } from '../../src/server.js';

describe('PulseMQServer', () => {
  test('takes nothing, keywords, or a whole configuration, but not both', () => {
    for (const options of [undefined, {}, { pubPort: 6000, logLevel: 'debug' as const }, { config: {} }]) {
      expect(new PulseMQServer(options)).toBeInstanceOf(PulseMQServer);
    }
    expect(() => new PulseMQServer({ pubPort: 6000, config: {} })).toThrow('either config or keywords');
    expect(() => new PulseMQServer({ dbPath: 'x', layers: [] })).toThrow('either config or keywords');
  });

  test.each([
    [{ host: '' }, 'server.host is ""'],
    [{ pubPort: -1 }, 'server.pub_port is -1; allowed: 0 to 65535'],
    [{ subPort: 70_000 }, 'server.sub_port is 70000; allowed: 0 to 65535'],
    [{ adminPort: 1.5 }, 'server.admin_port is 1.5; allowed: 0 to 65535'],
    [{ dbPath: '' }, 'storage.db_path is ""'],
    [{ logLevel: 'loud' as 'info' }, 'logging.level is "loud"'],
    [{ config: { broker: { backlog_messages: 0 } } }, 'broker.backlog_messages is 0'],
  ])('refuses %j at once', (options, text) => {
    expect(() => new PulseMQServer(options)).toThrow(StartupError);
    expect(() => new PulseMQServer(options)).toThrow(text);
  });

  test('says that there is no port after the last one', () => {
    expect(() => new PulseMQServer({ pubPort: 65_535 })).toThrow('server.sub_port');
    expect(new PulseMQServer({ pubPort: 65_535, subPort: 0 })).toBeDefined();
  });
});
