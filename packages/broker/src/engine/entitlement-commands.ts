import { RoleLevel } from '@pulsemq/protocol';
import type { EngineNamespace, EngineTopic, EntitlementCommand, Entitlements } from '../port-entitlements.js';
import { forgetPeerRoute } from './route/forget-route.js';
import type { Namespace } from './route/namespace.js';
import type { User } from './session/auth/user.js';
import type { EngineCore } from './session/core.js';

/** Commands that change rights, names and topics. Each takes effect before the next message is routed. */
export function applyEntitlementCommand(core: EngineCore, command: EntitlementCommand): void {
  switch (command.kind) {
    case 'entitlements':
      replaceAll(core, command.entitlements);
      break;
    case 'user':
      afterUser(core, core.users.set(command.user));
      break;
    case 'userRemoved':
      afterUser(core, core.users.remove(command.userId));
      break;
    case 'userKey':
      core.users.bindKey(command);
      break;
    case 'userKeyRemoved':
      removeKey(core, command.key);
      break;
    case 'grant': {
      const level = command.role === null ? RoleLevel.none : RoleLevel[command.role];
      afterUser(core, core.users.grant(command.userId, command.namespaceId, level));
      break;
    }
    case 'namespace':
      setNamespace(core, command.namespace);
      afterNamespaces(core);
      break;
    case 'namespaceRemoved':
      removeNamespace(core, command.namespaceId);
      break;
    case 'topicRemoved':
      removeTopic(core, command.namespaceId, command.name);
      break;
    default:
      command satisfies never;
  }
  core.placement.applyAll();
}

/** Adds topics that the store knows, so that queries list them before anything is published. */
export function registerTopics(core: EngineCore, topics: readonly EngineTopic[]): void {
  for (const topic of topics) core.namespaces.ofId(topic.namespaceId)?.register(topic.name);
}

function replaceAll(core: EngineCore, snapshot: Entitlements): void {
  const kept = new Set(snapshot.namespaces.map((namespace) => namespace.id));
  for (const namespace of core.namespaces.registered()) {
    if (!kept.has(namespace.id)) removeNamespace(core, namespace.id);
  }
  for (const namespace of snapshot.namespaces) setNamespace(core, namespace);
  const keptKeys = new Set(snapshot.userKeys.map(({ key }) => key));
  for (const key of [...core.users.keys()]) if (!keptKeys.has(key)) removeKey(core, key);
  core.users.replace(snapshot);
  afterNamespaces(core);
  closeGoneUsers(core);
}

/** Sets a namespace and gives back last values that are not wanted any more. */
function setNamespace(core: EngineCore, definition: EngineNamespace): void {
  const namespace = core.namespaces.set(definition);
  core.freshness.set(namespace, definition.freshness);
  core.barRules.set(namespace, definition.bars ?? null);
  core.journal?.set(namespace);
  if (core.lastValues.totalBytes === 0) return;
  for (const route of namespace.routes()) if (!route.keepsLastValue) core.intake.forgetValue(route);
}

function afterUser(core: EngineCore, user: User | undefined): void {
  if (user === undefined) return;
  core.placement.markUser(user);
  if (!user.isActive) endConnections(core, user.id, 'user is not active');
}

/** Ends the sessions of a user and the subscribers that logged in by PLAIN. */
export function endConnections(core: EngineCore, userId: number, reason: string): void {
  for (const session of [...core.sessions.ofUser(userId)]) session.connection.close(reason);
  for (const connection of [...core.subscribers.ofPlainUser(userId)]) connection.end(reason);
}

/** Unbinds a key and ends the connections of its user that have proved it. */
function removeKey(core: EngineCore, key: string): void {
  const userId = core.users.unbindKey(key);
  if (userId === undefined) return;
  const reason = 'the key was removed';
  for (const { connection } of [...core.sessions.ofUser(userId)])
    if (connection.provenKey === key) connection.close(reason);
  for (const subscriber of [...core.subscribers.ofPlainUser(userId)])
    if (subscriber.provenKey === key) subscriber.end(reason);
}

/** Ends the connections of users that are deactivated or deleted. */
function closeGoneUsers(core: EngineCore): void {
  const gone = new Set<User>();
  for (const { user } of core.sessions.all()) if (!user.isActive) gone.add(user);
  for (const { plainUser } of core.subscribers.unbound()) if (plainUser?.isActive === false) gone.add(plainUser);
  for (const { id } of gone) endConnections(core, id, 'user is not active');
}

function afterNamespaces(core: EngineCore): void {
  core.users.forgetPublishes();
  core.placement.markAll();
}

function removeNamespace(core: EngineCore, id: number): void {
  const namespace = core.namespaces.remove(id);
  if (namespace === undefined) return;
  core.snapshots.namespaceRemoved(namespace);
  core.replays.namespaceRemoved(namespace);
  core.freshness.set(namespace, null);
  core.barRules.set(namespace, null);
  for (const topic of [...namespace.topics.sorted()]) forgetTopic(core, namespace, topic);
  afterNamespaces(core);
}

function removeTopic(core: EngineCore, namespaceId: number, name: string): void {
  const namespace = core.namespaces.ofId(namespaceId);
  if (namespace === undefined) return;
  forgetTopic(core, namespace, name);
  core.users.forgetPublishes();
}

/** Forgets a topic. If it returns, it begins under a new epoch. */
function forgetTopic(core: EngineCore, namespace: Namespace, topic: string): void {
  for (const route of [...namespace.peerRoutes(topic)]) forgetPeerRoute(core.intake, route);
  const route = namespace.removeTopic(topic);
  core.freshness.topicRemoved(namespace, topic);
  if (route === undefined) return;
  core.intake.forgetValue(route);
  for (const pace of route.paces ?? []) pace.group.forget(pace);
  route.origin?.release(route);
  core.epochs.retire(namespace.name, topic);
}
