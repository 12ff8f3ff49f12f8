import { beforeEach, describe, expect, test } from 'vitest';
import { checkSilence, type Heard, hear } from '../../src/engine/net/silence.js';

const limits = { pingIntervalMs: 1_000, pingTimeoutMs: 300 };

/** Keeps what was done to it. */
class Peer implements Heard {
  heardMs = 10_000;
  pingedMs = 0;
  isPaused = false;
  closed = '';
  sendPing(nowMs: number): void {
    this.pingedMs = nowMs;
  }
  close(reason: string): void {
    this.closed = reason;
  }
}

describe('a peer that is silent', () => {
  let peer: Peer;
  beforeEach(() => {
    peer = new Peer();
  });

  test('is asked after the interval, and closed when it has not answered in time', () => {
    checkSilence(peer, 11_000, limits);
    expect(peer.pingedMs).toBe(0);
    checkSilence(peer, 11_001, limits);
    expect(peer.pingedMs).toBe(11_001);
    checkSilence(peer, 11_301, limits);
    expect(peer.closed).toBe('');
    checkSilence(peer, 11_302, limits);
    expect(peer.closed).toBe('no answer to a PING within 300 ms');
  });

  test('has a new interval once it was heard', () => {
    checkSilence(peer, 11_001, limits);
    hear(peer, 11_200);
    for (const nowMs of [11_500, 12_200]) checkSilence(peer, nowMs, limits);
    expect([peer.pingedMs, peer.closed]).toEqual([0, '']);
    checkSilence(peer, 12_201, limits);
    expect(peer.pingedMs).toBe(12_201);
  });

  test('is excused while it is not read from, asked before or not', () => {
    checkSilence(peer, 11_001, limits);
    peer.isPaused = true;
    for (const nowMs of [12_000, 20_000]) checkSilence(peer, nowMs, limits);
    peer.isPaused = false;
    checkSilence(peer, 21_000, limits);
    expect([peer.pingedMs, peer.closed]).toEqual([0, '']);
    checkSilence(peer, 21_001, limits);
    expect(peer.pingedMs).toBe(21_001);
  });
});
