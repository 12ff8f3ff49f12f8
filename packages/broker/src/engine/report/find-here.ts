import type { FindQuestion, Found, FoundSession } from '../../port-find.js';
import { presentOrigins } from '../route/publishers.js';
import type { EngineCore } from '../session/core.js';
import { Session } from '../session/session.js';

/** Sessions that an answer lists; one message of the cluster has room for them. */
export const foundMaxCount = 100;

/** What this broker has of what is looked for. */
export function findHere(core: EngineCore, question: FindQuestion): Found {
  switch (question.kind) {
    case 'publishers':
      return publishersOf(core, question.namespace, question.topic);
    case 'sessions': {
      const user = core.users.ofName(question.username);
      return { ...listOf(user === undefined ? new Set() : core.sessions.ofUser(user.id)), last: null };
    }
    default:
      return question satisfies never;
  }
}

function publishersOf(core: EngineCore, namespace: string, topic: string): Found {
  const route = core.namespaces.of(namespace)?.route(topic);
  if (route === undefined) return { count: 0, sessions: [], last: null };
  const sessions = presentOrigins(route, core.clock.steadyMs).filter((origin) => origin instanceof Session);
  const { epoch, sequence, receivedAtUs } = route;
  return { ...listOf(new Set(sessions)), last: sequence === 0 ? null : { epoch, sequence, receivedAtUs } };
}

function listOf(all: ReadonlySet<Session>): Pick<Found, 'count' | 'sessions'> {
  const sessions: FoundSession[] = [];
  for (const session of all) {
    if (sessions.length >= foundMaxCount) break;
    sessions.push(rowOf(session));
  }
  return { count: all.size, sessions };
}

const rowOf = ({ id, user, clientName, connection }: Session): FoundSession => ({
  session: id,
  username: user.name,
  client: clientName ?? connection.client,
  address: connection.address,
});
