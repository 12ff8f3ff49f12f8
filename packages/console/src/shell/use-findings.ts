import { useDebouncedValue } from '@mantine/hooks';
import type { ApiTopic } from '@pulsemq/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { meQuery, namespacesQuery, usersQuery } from '../api/lists.js';
import { askPage } from '../api/request.js';
import { useVisiblePages } from '../navigation/use-visible-pages.js';
import type { IconName } from '../parts/icon.js';

export interface Finding {
  readonly id: string;
  readonly kind: 'pages' | 'topics' | 'users' | 'namespaces';
  readonly text: string;
  readonly path: string;
  readonly icon: IconName;
}

const shownPerKind = 8;

const contains = (name: string, text: string): boolean => name.toLowerCase().includes(text.toLowerCase());

/** The pages, topics, users and namespaces whose name contains the text. */
export function useFindings(text: string): readonly Finding[] {
  const { t } = useTranslation();
  const [wanted] = useDebouncedValue(text.trim(), 120);
  const pages = useVisiblePages();
  const me = useQuery(meQuery);
  // Only administrators may list these: the broker would refuse the requests of others.
  const isAsked = wanted !== '' && me.data?.is_administrator === true;
  const topics = useQuery({
    queryKey: ['find', 'topics', wanted],
    queryFn: () => askPage<ApiTopic>('/api/topics', { query: { text: wanted, limit: shownPerKind } }),
    enabled: isAsked,
    placeholderData: keepPreviousData,
  });
  const users = useQuery({ ...usersQuery, enabled: isAsked });
  const namespaces = useQuery({ ...namespacesQuery, enabled: isAsked });

  const findings: Finding[] = [];
  for (const page of pages) {
    const name = t(`nav.${page.name}`);
    if (!contains(name, text.trim()) && !contains(page.name, text.trim())) continue;
    findings.push({ id: `page-${page.name}`, kind: 'pages', text: name, path: page.path, icon: page.icon });
  }
  if (!isAsked) return findings;
  for (const topic of topics.data?.rows ?? []) {
    const name = `${topic.namespace}:${topic.name}`;
    if (!contains(name, wanted)) continue;
    findings.push({ id: `topic-${topic.id}`, kind: 'topics', text: name, path: `/topics/${topic.id}`, icon: 'topics' });
  }
  for (const user of (users.data ?? []).filter(({ username }) => contains(username, wanted)).slice(0, shownPerKind)) {
    findings.push({
      id: `user-${user.id}`,
      kind: 'users',
      text: user.username,
      path: `/users/${user.id}`,
      icon: 'user',
    });
  }
  for (const { id, name } of (namespaces.data ?? [])
    .filter((one) => contains(one.name, wanted))
    .slice(0, shownPerKind)) {
    findings.push({ id: `ns-${id}`, kind: 'namespaces', text: name, path: `/namespaces`, icon: 'namespaces' });
  }
  return findings;
}
