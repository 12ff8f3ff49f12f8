import { lazy } from 'react';
import { createHashRouter, RouterProvider } from 'react-router';
import { Frame } from './frame.js';
import { Home } from './home.js';
import { NotFound } from './not-found.js';

const Topics = lazy(async () => ({ default: (await import('../pages/topics/topics.js')).Topics }));
const TopicPage = lazy(async () => ({ default: (await import('../pages/topic/topic.js')).TopicPage }));
const Connections = lazy(async () => ({ default: (await import('../pages/connections/connections.js')).Connections }));
const ConnectionPage = lazy(async () => ({
  default: (await import('../pages/connections/connection.js')).ConnectionPage,
}));
const SlowConsumers = lazy(async () => ({
  default: (await import('../pages/connections/slow-consumers.js')).SlowConsumers,
}));
const Users = lazy(async () => ({ default: (await import('../pages/users/users.js')).Users }));
const Permissions = lazy(async () => ({ default: (await import('../pages/permissions/permissions.js')).Permissions }));
const Publish = lazy(async () => ({ default: (await import('../pages/publish/publish.js')).Publish }));
const Settings = lazy(async () => ({ default: (await import('../pages/settings/settings.js')).Settings }));
const Help = lazy(async () => ({ default: (await import('../pages/help/help.js')).Help }));
const Namespaces = lazy(async () => ({ default: (await import('../pages/namespaces/namespaces.js')).Namespaces }));
const Audit = lazy(async () => ({ default: (await import('../pages/audit/audit.js')).Audit }));

const router = createHashRouter([
  {
    element: <Frame />,
    children: [
      { index: true, element: <Home /> },
      { path: 'topics', element: <Topics /> },
      { path: 'topics/:id', element: <TopicPage /> },
      { path: 'connections', element: <Connections /> },
      { path: 'connections/:id', element: <ConnectionPage /> },
      { path: 'slow', element: <SlowConsumers /> },
      { path: 'users', element: <Users /> },
      { path: 'users/:id', element: <Users /> },
      { path: 'permissions', element: <Permissions /> },
      { path: 'publish', element: <Publish /> },
      { path: 'settings', element: <Settings /> },
      { path: 'help', element: <Help /> },
      { path: 'namespaces', element: <Namespaces /> },
      { path: 'namespaces/:id', element: <Namespaces /> },
      { path: 'audit', element: <Audit /> },
      { path: '*', element: <NotFound /> },
    ],
  },
]);

export const Pages = () => <RouterProvider router={router} />;
