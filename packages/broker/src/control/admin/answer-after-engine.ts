import type { FastifyInstance } from 'fastify';
import type { EngineQuestions } from '../engine-questions.js';

/**
 * Holds back the answer to a change until the engine has carried it out. The engine reads its sockets and its commands in no fixed
 * order: without this, a client that reads the answer and publishes at once may still have its old rights.
 */
export function answerAfterEngine(app: FastifyInstance, questions: EngineQuestions): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.routeOptions.config.audit === undefined || reply.statusCode >= 400) return;
    await questions.caughtUp();
  });
}
