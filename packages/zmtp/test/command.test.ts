import { describe, expect, it } from 'vitest';
import {
  encodeCommand,
  encodeError,
  encodePing,
  encodePong,
  parseCommand,
  parseError,
  parsePing,
} from '../src/command.js';
import { bytes, fromHex, join, text, textOf, toHex } from './support/bytes.js';
import { codeOf, zmtpError } from './support/errors.js';

describe('command', () => {
  it('is a command frame of name and body, in the short or long form', () => {
    expect(toHex(encodeCommand('READY', bytes(1, 2)))).toBe('04080552454144590102');
    expect(encodeCommand('READY', new Uint8Array(300))[0]).toBe(6);
  });

  it('is split into name and body', () => {
    const body = join(bytes(0xff), text('\x09SUBSCRIBEabc'), bytes(0xff));
    expect(parseCommand(body, 1, body.length - 1)).toEqual({ name: 'SUBSCRIBE', bodyStart: 11, bodyEnd: 14 });
  });

  it.each(['', '00', '05524541', '0300ff41', '0120'])('of body %j is refused', (hex) => {
    const body = fromHex(hex);
    expect(codeOf(() => parseCommand(body, 0, body.length))).toBe('ZMTP_BAD_COMMAND');
  });

  it('needs a valid name', () => {
    expect(codeOf(() => encodeCommand('', bytes()))).toBe('ZMTP_BAD_ARGUMENT');
    expect(codeOf(() => encodeCommand('A B', bytes()))).toBe('ZMTP_BAD_ARGUMENT');
  });
});

describe('PING and PONG', () => {
  it('carry ttl and context', () => {
    expect(toHex(encodePing(300, text('ctx')))).toBe(`040a0450494e47012c${toHex(text('ctx'))}`);
    expect(toHex(encodePing(0))).toBe('04070450494e470000');
    expect(toHex(encodePong(text('ctx')))).toBe(`040804504f4e47${toHex(text('ctx'))}`);
    const { ttlDeciseconds, context } = parsePing(fromHex('012c637478'), 0, 5);
    expect([ttlDeciseconds, textOf(context)]).toEqual([300, 'ctx']);
  });

  it('limit the context to 16 bytes in both directions', () => {
    expect(parsePing(new Uint8Array(18), 0, 18).context).toHaveLength(16);
    expect(zmtpError(() => parsePing(new Uint8Array(19), 0, 19)).message).toContain(
      '17 bytes exceeds the limit of 16 bytes',
    );
    expect(codeOf(() => encodePing(0, new Uint8Array(17)))).toBe('ZMTP_BAD_ARGUMENT');
    expect(codeOf(() => encodePong(new Uint8Array(17)))).toBe('ZMTP_BAD_ARGUMENT');
  });

  it('need a ttl of 16 bits', () => {
    expect(codeOf(() => parsePing(bytes(1), 0, 1))).toBe('ZMTP_BAD_COMMAND');
    for (const ttl of [-1, 1.5, 65_536, Number.NaN]) expect(codeOf(() => encodePing(ttl))).toBe('ZMTP_BAD_ARGUMENT');
  });
});

describe('ERROR', () => {
  it('carries a reason', () => {
    expect(toHex(encodeError('400'))).toBe('040a054552524f5203343030');
    expect(parseError(text('\x03400'), 0, 4)).toBe('400');
  });

  it('is read as printable text even if it is malformed', () => {
    expect(parseError(bytes(), 0, 0)).toBe('');
    expect(parseError(text('\x20ab'), 0, 3)).toBe('ab');
    expect(parseError(text('\x04a\n\x1bb'), 0, 5)).toBe('a..b');
  });
});
