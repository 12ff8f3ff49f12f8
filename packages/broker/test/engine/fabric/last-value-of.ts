import { createHash } from 'node:crypto';
import { applyEntitlementCommand } from '../../../src/engine/entitlement-commands.js';
import { answerQuestion } from '../../../src/engine/report/answers.js';
import type { EngineCore } from '../../../src/engine/session/core.js';

/** The last value of a topic of the namespace "market", as the API gets it; null when there is none. */
export function lastValueOf(core: EngineCore, topic: string) {
  const question = { kind: 'lastValues', namespace: 'market', topics: [topic], limitBytes: 1 << 20 } as const;
  const answer = answerQuestion(core, question, true);
  if (answer.kind !== 'lastValues' || answer.values[0] == null) return null;
  const { frames, epoch, sequence, receivedAtUs } = answer.values[0];
  return { digest: createHash('sha256').update(frames).digest('hex'), epoch, sequence, receivedAtUs };
}

/** Deletes a topic of the namespace "market". */
export function forgetTopicOf(core: EngineCore, name: string): void {
  applyEntitlementCommand(core, { kind: 'topicRemoved', namespaceId: 1, name });
}
