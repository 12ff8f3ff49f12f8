import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../api/lists.js';
import { pages } from './pages.js';

const ofManager = ['permissions'] as const;

/** The pages the reader has a right to: all for an administrator, the rights of its namespaces for a namespace's admin. */
export function useVisiblePages(): readonly (typeof pages)[number][] {
  const { data } = useQuery(meQuery);
  if (data === undefined || data.is_administrator) return pages;
  return pages.filter(({ name }) => (ofManager as readonly string[]).includes(name));
}
