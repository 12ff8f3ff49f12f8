import type { Viewer } from './chromium.js';

/** True with --all-looks. */
export const isAllLooks = process.env.PULSEMQ_ALL_LOOKS === '1';

/** The viewers of a long story: all of them with --all-looks, without it the first one. The looks of its page are seen in both languages anyway. */
export const longStoryViewers = (
  ...viewers: readonly Pick<Viewer, 'language' | 'scheme'>[]
): readonly Pick<Viewer, 'language' | 'scheme'>[] => (isAllLooks ? viewers : viewers.slice(0, 1));
