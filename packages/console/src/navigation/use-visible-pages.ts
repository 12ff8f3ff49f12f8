import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../api/lists.js';
import { pages } from './pages.js';

const pagesOfNamespaceAdmin = ['permissions'] as const;

/** The pages that the viewer may see: all for an administrator, only the permissions for a namespace's admin. */
export function useVisiblePages(): readonly (typeof pages)[number][] {
  const { data } = useQuery(meQuery);
  if (data === undefined || data.is_administrator) return pages;
  return pages.filter(({ name }) => (pagesOfNamespaceAdmin as readonly string[]).includes(name));
}
