/** What the thread that writes the database is asked, and what it answers. Plain data, because it crosses threads. */

export type WriterJob =
  | { readonly kind: 'open'; readonly path: string }
  /** Takes the write lock; waits for it for at most `waitMs`. */
  | { readonly kind: 'begin'; readonly waitMs: number }
  /** A statement inside the transaction that `begin` began. */
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly kind: 'commit' }
  | { readonly kind: 'rollback' }
  /** A statement as a transaction of its own. */
  | { readonly kind: 'write'; readonly sql: string; readonly parameters: readonly unknown[]; readonly waitMs: number }
  | { readonly kind: 'close' };

/** What a statement did. */
export interface WriterRows {
  readonly rows: readonly unknown[];
  readonly changedCount: number;
  /** Undefined for a statement that returns rows. */
  readonly lastInsertId: number | undefined;
}

export type WriterResult = { readonly id: number } & (
  | { readonly done: WriterRows }
  | { readonly failed: { readonly message: string; readonly code: string | undefined } }
);
