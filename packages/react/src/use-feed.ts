import { useMemo, useSyncExternalStore } from 'react';
import type { FeedRequest, FeedState } from './feed.js';
import { feedHandle } from './feeds.js';
import { useClient } from './provider.js';

/** What a feed of the provider's client has. The component is rendered at most once a frame, and only after a change. */
export function useFeed<Value extends object>(request: FeedRequest<Value>): Value & FeedState {
  const client = useClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: requests with one key are equal, though each render makes a new object
  const { subscribe, result } = useMemo(() => feedHandle(client, request), [client, request.key]);
  return useSyncExternalStore(subscribe, result, () => request.opening);
}

/** Options without those that are undefined, which the types of the client do not allow. */
export function givenOptions<Options extends object>(
  options: Options,
): { [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}
