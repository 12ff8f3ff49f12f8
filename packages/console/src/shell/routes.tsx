import { lazy } from 'react';
import { createHashRouter, RouterProvider } from 'react-router';
import { Frame } from './frame.js';
import { Guarded } from './guarded.js';
import { Home } from './home.js';
import { NotFound } from './not-found.js';

const Prices = lazy(async () => ({ default: (await import('../pages/prices/prices.js')).Prices }));
const Topics = lazy(async () => ({ default: (await import('../pages/topics/topics.js')).Topics }));
const TopicPage = lazy(async () => ({ default: (await import('../pages/topic/topic.js')).TopicPage }));
const Messages = lazy(async () => ({ default: (await import('../pages/messages/messages.js')).Messages }));
const Connections = lazy(async () => ({ default: (await import('../pages/connections/connections.js')).Connections }));
const ConnectionPage = lazy(async () => ({
  default: (await import('../pages/connections/connection.js')).ConnectionPage,
}));
const SlowSubscribers = lazy(async () => ({
  default: (await import('../pages/connections/slow-subscribers.js')).SlowSubscribers,
}));
const Alerts = lazy(async () => ({ default: (await import('../pages/alerts/alerts.js')).Alerts }));
const Users = lazy(async () => ({ default: (await import('../pages/users/users.js')).Users }));
const Permissions = lazy(async () => ({ default: (await import('../pages/permissions/permissions.js')).Permissions }));
const Publish = lazy(async () => ({ default: (await import('../pages/publish/publish.js')).Publish }));
const Logs = lazy(async () => ({ default: (await import('../pages/logs/logs.js')).Logs }));
const Cluster = lazy(async () => ({ default: (await import('../pages/cluster/cluster.js')).Cluster }));
const Journal = lazy(async () => ({ default: (await import('../pages/journal/journal.js')).Journal }));
const Settings = lazy(async () => ({ default: (await import('../pages/settings/settings.js')).Settings }));
const Help = lazy(async () => ({ default: (await import('../pages/help/help.js')).Help }));
const Namespaces = lazy(async () => ({ default: (await import('../pages/namespaces/namespaces.js')).Namespaces }));
const Audit = lazy(async () => ({ default: (await import('../pages/audit/audit.js')).Audit }));

const router = createHashRouter([
  {
    element: <Frame />,
    children: [
      { index: true, element: <Home /> },
      {
        path: 'prices',
        element: (
          <Guarded name="prices">
            <Prices />
          </Guarded>
        ),
      },
      {
        path: 'topics',
        element: (
          <Guarded name="topics">
            <Topics />
          </Guarded>
        ),
      },
      {
        path: 'topics/:id',
        element: (
          <Guarded name="topics">
            <TopicPage />
          </Guarded>
        ),
      },
      {
        path: 'messages',
        element: (
          <Guarded name="messages">
            <Messages />
          </Guarded>
        ),
      },
      {
        path: 'connections',
        element: (
          <Guarded name="connections">
            <Connections />
          </Guarded>
        ),
      },
      {
        path: 'connections/:id',
        element: (
          <Guarded name="connections">
            <ConnectionPage />
          </Guarded>
        ),
      },
      {
        path: 'slow',
        element: (
          <Guarded name="slow">
            <SlowSubscribers />
          </Guarded>
        ),
      },
      {
        path: 'alerts',
        element: (
          <Guarded name="alerts">
            <Alerts />
          </Guarded>
        ),
      },
      {
        path: 'users',
        element: (
          <Guarded name="users">
            <Users />
          </Guarded>
        ),
      },
      {
        path: 'users/:id',
        element: (
          <Guarded name="users">
            <Users />
          </Guarded>
        ),
      },
      { path: 'permissions', element: <Permissions /> },
      {
        path: 'publish',
        element: (
          <Guarded name="publish">
            <Publish />
          </Guarded>
        ),
      },
      {
        path: 'cluster',
        element: (
          <Guarded name="cluster">
            <Cluster />
          </Guarded>
        ),
      },
      {
        path: 'journal',
        element: (
          <Guarded name="journal">
            <Journal />
          </Guarded>
        ),
      },
      {
        path: 'logs',
        element: (
          <Guarded name="logs">
            <Logs />
          </Guarded>
        ),
      },
      {
        path: 'settings',
        element: (
          <Guarded name="settings">
            <Settings />
          </Guarded>
        ),
      },
      {
        path: 'help',
        element: (
          <Guarded name="help">
            <Help />
          </Guarded>
        ),
      },
      {
        path: 'namespaces',
        element: (
          <Guarded name="namespaces">
            <Namespaces />
          </Guarded>
        ),
      },
      {
        path: 'namespaces/:id',
        element: (
          <Guarded name="namespaces">
            <Namespaces />
          </Guarded>
        ),
      },
      {
        path: 'audit',
        element: (
          <Guarded name="audit">
            <Audit />
          </Guarded>
        ),
      },
      { path: '*', element: <NotFound /> },
    ],
  },
]);

export const Pages = () => <RouterProvider router={router} />;
