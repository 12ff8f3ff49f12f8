import { MessageType, WireError } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { startEngine } from './engine-fixture.js';
import { sub } from './request-parts.js';

describe('SUB and UNSUB', () => {
  test.each([
    ['defect 19: > in the middle', 'market', 'a.>.c', WireError.badName],
    ['defect 19: an empty level', 'market', 'a..b', WireError.badName],
    ['an empty pattern', 'market', '', WireError.badName],
    ['a wildcard inside a level', 'market', 'a*', WireError.badName],
    ['an empty namespace', '', 'a', WireError.badName],
    ['no right', 'other', 'a', WireError.permissionDenied],
    ['a namespace that does not exist', 'unknown', 'a', WireError.permissionDenied],
  ])('%s is refused', async (_, namespace, pattern, code) => {
    const { session } = await startEngine();
    const reader = await session('reader');
    expect((await reader.request(sub(namespace, pattern))).body.error_code).toBe(code);
  });

  test('the answer for an empty namespace says where its messages are', async () => {
    const { session } = await startEngine();
    const reader = await session('reader');
    expect((await reader.request(sub('', '>'))).body.error_message).toContain('"default"');
  });

  test('unknown options and values are refused, and the refusal lists what is allowed', async () => {
    const { session } = await startEngine();
    const reader = await session('reader');
    const textOf = async (options: string): Promise<unknown> =>
      (await reader.request(sub('market', 'a', options))).body.error_message;
    expect(await textOf('{"snapshot":1}')).toContain('"snapshot" cannot be "1"; allowed: true, false');
    expect(await textOf('{"onSlow":"wait"}')).toContain(
      'allowed: "dropOldest", "dropNewest", "conflate", "disconnect"',
    );
    expect(await textOf('{"onSlow":"conflate"}')).toContain(
      'needs last values, which namespace "market" does not keep',
    );
    expect(await textOf('{"maxRate":4}')).toContain('needs last values');
    expect(await textOf('{"maxRate":0}')).toContain('allowed: 0.01 to 1000 updates a second');
    expect(await textOf('{"lane":8}')).toContain('allowed: 0 to 7');
    expect(await textOf('{"speed":1}')).toContain('"speed" is unknown; allowed are lane, onSlow, maxRate');
    expect((await reader.request(sub('market', 'a', 'x'))).body.error_code).toBe(WireError.malformed);
    expect((await reader.request(sub('market', 'a', '{"onSlow":"dropOldest"}'))).body.status).toBe('SUB_OK');
  });

  test('defect 35: max_subscriptions_per_session holds, and the same again is not one more', async () => {
    const { session } = await startEngine({ maxSubscriptionsPerConnection: 2 });
    const reader = await session('reader');
    for (const pattern of ['a', 'b', 'a'])
      expect((await reader.request(sub('market', pattern))).body.status).toBe('SUB_OK');
    const refused = await reader.request(sub('market', 'c'));
    expect(refused.body.error_code).toBe(WireError.limitReached);
    expect(refused.body.error_message).toContain('2 subscriptions');
    await reader.request({ ...sub('market', 'a'), type: MessageType.unsub });
    expect((await reader.request(sub('market', 'c'))).body.status).toBe('SUB_OK');
  });

  test('UNSUB of what was never asked for succeeds', async () => {
    const { session } = await startEngine();
    const reader = await session('reader');
    expect((await reader.request({ ...sub('nowhere', 'a'), type: MessageType.unsub })).body.status).toBe('UNSUB_OK');
  });
});
