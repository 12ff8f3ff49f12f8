/** What has changed in the database. Numbers are ids. */
export type Notice =
  | { readonly kind: 'user'; readonly userId: number }
  | { readonly kind: 'namespace'; readonly namespaceId: number }
  | { readonly kind: 'grant'; readonly userId: number; readonly namespaceId: number }
  /** A topic was deleted. */
  | { readonly kind: 'topic'; readonly namespaceId: number; readonly topicId: number }
  /** A log-in was logged out. */
  | { readonly kind: 'logout' }
  /** Alert rules or webhooks. */
  | { readonly kind: 'alerts' }
  /** Keys of users. */
  | { readonly kind: 'userKeys' };

/** Reads what the triggers of `migrations/notices.ts` send; undefined for what a newer broker's triggers may add. */
export function noticeOf(text: string): Notice | undefined {
  const [kind, first, second] = text.split(' ');
  const [one, two] = [Number(first), Number(second)];
  switch (kind) {
    case 'user':
      return { kind, userId: one };
    case 'namespace':
      return { kind, namespaceId: one };
    case 'grant':
      return { kind, userId: one, namespaceId: two };
    case 'topic':
      return { kind, namespaceId: one, topicId: two };
    case 'logout':
    case 'alerts':
    case 'userKeys':
      return { kind };
    default:
      return undefined;
  }
}
