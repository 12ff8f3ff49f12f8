import type { FindQuestion } from '../port-find.js';
import type { EngineAnswer, EngineQuestion } from '../port-questions.js';
import type { Fabric } from './fabric/fabric.js';
import { answerQuestion } from './report/answers.js';
import { findHere } from './report/find-here.js';
import type { EngineCore } from './session/core.js';

/** What answers come from; `fabric` is null for a broker on its own. */
export interface AskedParts {
  readonly core: EngineCore;
  readonly fabric: Fabric | null;
  /** Both ports accept connections. */
  readonly isListening: boolean;
}

/** Answers a question of the control plane: at once, but for one that goes to other brokers too. */
export function askEngine(parts: AskedParts, question: EngineQuestion, done: (answer: EngineAnswer) => void): void {
  switch (question.kind) {
    case 'cluster':
      return done({ kind: 'cluster', cluster: parts.fabric?.figures() ?? null });
    case 'find':
      return find(parts, question.wanted, done);
    default:
      return done(answerQuestion(parts.core, question, parts.isListening));
  }
}

function find({ core, fabric }: AskedParts, wanted: FindQuestion, done: (answer: EngineAnswer) => void): void {
  const own = findHere(core, wanted);
  if (fabric === null) return done({ kind: 'found', own, peers: [] });
  fabric.finder.ask(wanted, (peers) => done({ kind: 'found', own, peers }));
}
