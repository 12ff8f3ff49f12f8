import type { ClusterFound } from '@pulsemq/protocol';
import { z } from 'zod';
import type { FindQuestion } from '../../../port-find.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { existingUserNamed } from '../lookups.js';
import { clusterFound, clusterState } from '../schemas/cluster.js';
import { refusals } from '../schemas/fields.js';
import { topicName } from '../schemas/messages.js';
import { namespaceName } from '../schemas/namespaces.js';
import { strictQuery } from '../schemas/strict-query.js';
import { shownFound } from '../shown/found.js';

const tags = ['cluster'];
const access = 'administrator';
const foundDescription =
  'One row for each broker of the cluster, this one first, with its first hundred sessions. A broker that gives no answer within a second has `has_answered: false`. A broker on its own answers for itself.';

/** The brokers of the cluster, and what is at which of them. */
export function clusterRoutes(app: AdminApp, context: AdminContext): void {
  const { cluster } = context;
  app.get(
    '/api/cluster',
    {
      config: { access },
      schema: {
        summary: 'Get the brokers of the cluster, and what they send each other',
        description:
          'As the broker that answers sees them, once a second. Each broker describes itself twice a second, so any of them can show all; `pairs` has what each sends each other one.',
        tags,
        response: { 200: clusterState, ...refusals },
      },
    },
    async () => cluster.state,
  );

  app.get(
    '/api/cluster/publishers',
    {
      config: { access },
      schema: {
        summary: 'Find the publishers of a topic at all brokers',
        description: `Sessions that are there and sent the last message of the topic, or one within the last minute. ${foundDescription}`,
        tags,
        querystring: strictQuery({ namespace: namespaceName, topic: topicName }),
        response: { 200: z.array(clusterFound), ...refusals },
      },
    },
    async (request) => find(context, { kind: 'publishers', ...request.query }),
  );

  app.get(
    '/api/cluster/sessions',
    {
      config: { access, refuses: [404] },
      schema: {
        summary: 'Find the sessions of a user at all brokers',
        description: foundDescription,
        tags,
        querystring: strictQuery({ username: z.string().max(200) }),
        response: { 200: z.array(clusterFound), ...refusals },
      },
    },
    async (request) => {
      const { username } = await existingUserNamed(context.store.users, request.query.username);
      return find(context, { kind: 'sessions', username });
    },
  );
}

async function find({ questions, cluster }: AdminContext, wanted: FindQuestion): Promise<ClusterFound[]> {
  const answer = await questions.ask({ kind: 'find', wanted });
  if (answer.kind !== 'found') throw new Error(`the engine answered find with ${answer.kind}`);
  const { own } = cluster.state;
  const others = answer.peers.map(({ brokerId: id, brokerName: name, found }) =>
    shownFound({ id, name, isOwn: false }, found),
  );
  return [shownFound({ id: own?.id ?? null, name: own?.name ?? null, isOwn: true }, answer.own), ...others];
}
