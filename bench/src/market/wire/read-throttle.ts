import type { LaneConnection } from './lane-connection.js';

const tickMs = 10;

/** Reads a lane at most at a given speed, by pausing its socket. One read may pass the speed; the next one then waits for longer. */
export function throttle({ socket }: LaneConnection, bytesPerSecond: number): void {
  let lastMs = performance.now();
  // What may be read now; below 0 after a large read. It does not grow while nothing arrives.
  let allowedBytes = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    allowedBytes = Math.min(
      allowedBytes + ((nowMs - lastMs) / 1_000) * bytesPerSecond,
      (bytesPerSecond * tickMs) / 1_000,
    );
    lastMs = nowMs;
    if (allowedBytes > 0) socket.resume();
  }, tickMs);
  socket.on('data', (chunk: Buffer) => {
    allowedBytes -= chunk.length;
    socket.pause();
  });
  socket.once('close', () => clearInterval(timer));
}
