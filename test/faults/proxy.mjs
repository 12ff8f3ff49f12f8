// A TCP proxy that delays, throttles, cuts, truncates and swallows.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const throttleEveryMs = 10;

export class FaultProxy {
  delayMs = 0;
  /** Bytes that each direction of a link passes in a second; 0 for no limit. */
  bytesPerSecond = 0;
  /** True to take bytes and pass none on, with the links open. */
  isBlackHole = false;
  #server;
  #links = new Set();
  /** Bytes that links still pass to `#truncated` before they are reset. */
  #leftBytes = Number.POSITIVE_INFINITY;
  #truncated = null;

  constructor(server) {
    this.#server = server;
  }

  /** A proxy to a local port. */
  static async to(target) {
    const server = createServer({ noDelay: true });
    const proxy = new FaultProxy(server);
    server.on('connection', (near) => proxy.#join(near, connect({ port: target, host: '127.0.0.1', noDelay: true })));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port() {
    return this.#server.address().port;
  }

  /** Resets every link. */
  cut() {
    for (const link of this.#links) link.end();
  }

  /** After `count` more bytes in a direction (`toBroker` or `toClient`), which end inside a message, resets every link, once. */
  truncateAfter(count, direction) {
    this.#leftBytes = count;
    this.#truncated = direction;
  }

  close() {
    this.cut();
    this.#server.close();
  }

  #join(near, far) {
    const link = new Link(near, far, this);
    this.#links.add(link);
    near.on('close', () => this.#links.delete(link));
  }

  /** How many of `count` bytes may pass; the links are reset after them when they are fewer. */
  admit(count, direction) {
    if (direction !== this.#truncated) return count;
    const passed = Math.min(count, this.#leftBytes);
    this.#leftBytes -= passed;
    if (this.#leftBytes > 0) return passed;
    this.#truncated = null;
    setImmediate(() => this.cut());
    return passed;
  }
}

/** One connection and the one behind it. */
class Link {
  #near;
  #far;
  #proxy;

  constructor(near, far, proxy) {
    this.#near = near;
    this.#far = far;
    this.#proxy = proxy;
    this.#pass(near, far, 'toBroker');
    this.#pass(far, near, 'toClient');
  }

  end() {
    this.#near.resetAndDestroy();
    this.#far.resetAndDestroy();
  }

  #pass(from, to, direction) {
    from.on('data', (chunk) => {
      if (this.#proxy.isBlackHole) return;
      const bytes = chunk.subarray(0, this.#proxy.admit(chunk.length, direction));
      const { delayMs, bytesPerSecond } = this.#proxy;
      if (bytesPerSecond > 0) this.#throttled(from, to, bytes, bytesPerSecond);
      else if (delayMs > 0) setTimeout(() => write(to, bytes), delayMs);
      else if (!write(to, bytes)) this.#holdUntilDrained(from, to);
    });
    // One side ends or fails: so does the other.
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }

  #holdUntilDrained(from, to) {
    from.pause();
    to.once('drain', () => from.resume());
  }

  /** Passes a little at a time, and reads nothing more meanwhile. */
  #throttled(from, to, bytes, bytesPerSecond) {
    from.pause();
    const stepBytes = Math.max(1, Math.floor((bytesPerSecond * throttleEveryMs) / 1_000));
    let at = 0;
    const timer = setInterval(() => {
      write(to, bytes.subarray(at, at + stepBytes));
      at += stepBytes;
      if (at < bytes.length && !to.destroyed) return;
      clearInterval(timer);
      from.resume();
    }, throttleEveryMs);
  }
}

const write = (socket, bytes) => socket.destroyed || bytes.length === 0 || socket.write(bytes);
