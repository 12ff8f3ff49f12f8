import type { ClientEvents } from '../../src/core/events.js';
import type { PulseMQClient, Subscription } from '../../src/index.js';

/** The next event of a kind. */
export const nextEvent = <Name extends keyof ClientEvents>(
  client: PulseMQClient,
  name: Name,
): Promise<ClientEvents[Name]> =>
  new Promise((resolve) => {
    const listener = (event: ClientEvents[Name]): void => {
      client.off(name, listener);
      resolve(event);
    };
    client.on(name, listener);
  });

/** The topics of the next `count` messages. */
export async function topics(subscription: Subscription, count: number): Promise<string[]> {
  const found: string[] = [];
  while (found.length < count) {
    const { value } = await subscription.next();
    if (value === undefined) break;
    found.push(value.topic);
  }
  return found;
}
