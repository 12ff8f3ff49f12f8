import type { IconName } from '../parts/icon.js';

/** The pages in the order of the navigation, each with its address, its key after `g`, its icon and its group. */
export const pages = [
  { name: 'dashboard', path: '/', key: 'd', icon: 'dashboard', group: 'live' },
  { name: 'prices', path: '/prices', key: 'b', icon: 'prices', group: 'live' },
  { name: 'topics', path: '/topics', key: 't', icon: 'topics', group: 'live' },
  { name: 'messages', path: '/messages', key: 'm', icon: 'messages', group: 'live' },
  { name: 'connections', path: '/connections', key: 'c', icon: 'connections', group: 'live' },
  { name: 'slow', path: '/slow', key: 's', icon: 'slow', group: 'live' },
  { name: 'alerts', path: '/alerts', key: 'l', icon: 'alerts', group: 'live' },
  { name: 'namespaces', path: '/namespaces', key: 'n', icon: 'namespaces', group: 'access' },
  { name: 'users', path: '/users', key: 'u', icon: 'users', group: 'access' },
  { name: 'permissions', path: '/permissions', key: 'p', icon: 'permissions', group: 'access' },
  { name: 'audit', path: '/audit', key: 'a', icon: 'audit', group: 'access' },
  { name: 'publish', path: '/publish', key: 'x', icon: 'publish', group: 'tools' },
  { name: 'cluster', path: '/cluster', key: 'r', icon: 'cluster', group: 'tools' },
  { name: 'journal', path: '/journal', key: 'j', icon: 'journal', group: 'tools' },
  { name: 'logs', path: '/logs', key: 'o', icon: 'logs', group: 'tools' },
  { name: 'settings', path: '/settings', key: 'e', icon: 'settings', group: 'tools' },
  { name: 'help', path: '/help', key: 'h', icon: 'help', group: 'tools' },
] as const satisfies readonly {
  readonly name: string;
  readonly path: string;
  readonly key: string;
  readonly icon: IconName;
  readonly group: 'live' | 'access' | 'tools';
}[];

export type PageName = (typeof pages)[number]['name'];

export const pageGroups = ['live', 'access', 'tools'] as const;
