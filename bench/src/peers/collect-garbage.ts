import { Session } from 'node:inspector';

/**
 * Collects garbage in every thread of this process. `--expose-gc` alone does not help: no code in the engine's thread calls the
 * function it adds. The inspector reaches every worker thread without code in the broker.
 */
export async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  const workers: string[] = [];
  const collected = new Map<string, () => void>();
  session.on('NodeWorker.attachedToWorker', ({ params }) => workers.push(params.sessionId));
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    if ((JSON.parse(params.message) as { id?: number }).id === 1) collected.get(params.sessionId)?.();
  });
  const post = (method: string, params: object = {}): Promise<void> =>
    new Promise((resolve, reject) => session.post(method, params, (error) => (error ? reject(error) : resolve())));
  await post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  await Promise.all(
    workers.map(async (sessionId) => {
      const done = new Promise<void>((resolve) => collected.set(sessionId, resolve));
      const message = JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' });
      await post('NodeWorker.sendMessageToWorker', { sessionId, message });
      await done;
    }),
  );
  await post('HeapProfiler.collectGarbage');
  await post('NodeWorker.disable');
  session.disconnect();
}
