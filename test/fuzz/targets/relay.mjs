// Requests to upgrade on the admin port: what the relay sends to the engine, and what the API gets of those that are not for the relay. Both are
// written anew from what Node has parsed. Read by Node again they must say the same, and nothing more.
import { createServer } from 'node:http';
import { isIP } from 'node:net';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { serveAsOrdinary } from '../../../packages/broker/dist/control/admin/relay/ordinary-request.js';
import { isRelayPath, relayedRequest } from '../../../packages/broker/dist/control/admin/relay/relayed-request.js';
import { relayedCaller, relayHeader } from '../../../packages/broker/dist/relay-pass.js';

const pass = 'the-pass';
const rules = { isTrusted: (address) => address.startsWith('10.') };
const near = { remoteAddress: '10.0.0.1', remotePort: 4711, localAddress: '10.0.0.2' };
const passedNames = ['host', 'origin', 'upgrade', 'connection', relayHeader];
/** Turns of the loop after which Node has read what it was given. */
const turnCount = 4;

/** What Node's parser finds first in these bytes: a request, one to upgrade, or an error; undefined where the head is not whole. */
async function parsed(bytes, takesUpgrades) {
  let found;
  const server = createServer({ requireHostHeader: false });
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const take = (kind, request, rest) => {
    found ??= { kind, request, rest };
  };
  if (takesUpgrades) server.on('upgrade', (request, _socket, rest) => take('upgrade', request, rest));
  server.on('request', (request) => take('request', request));
  server.on('clientError', (error) => take('error', error));
  server.emit('connection', stream);
  stream.push(bytes);
  for (let turn = 0; turn < turnCount && found === undefined; turn++) await new Promise(setImmediate);
  stream.destroy();
  return found;
}

function must(isTrue, text) {
  if (!isTrue) throw new Error(text);
}

/** The engine must find the upgrade, whose address no header of the caller has made up. */
async function checkRelayed(request) {
  const again = await parsed(relayedRequest(request, near, pass, rules), true);
  must(again?.kind === 'upgrade', `the engine finds ${again?.kind}`);
  const { method, url, headers } = again.request;
  must(method === 'GET' && (url === '/' || url === '/sub'), `the engine is asked ${method} ${url}`);
  must(again.rest.length === 0, 'bytes follow the request');
  for (const name of Object.keys(headers)) {
    must(passedNames.includes(name) || name.startsWith('sec-websocket-'), `the header ${name} is passed on`);
  }
  for (const name of ['host', 'origin', 'sec-websocket-key']) {
    must(headers[name] === request.headers[name], `${name} is ${headers[name]}, it was ${request.headers[name]}`);
  }
  const caller = relayedCaller(pass, headers[relayHeader]);
  must(caller !== undefined && isIP(caller.address) !== 0, `the caller is ${JSON.stringify(caller)}`);
}

/** The API must get the same request, with the same body behind it. */
async function checkOrdinary(request, rest) {
  let bytes;
  const socket = { unshift: (written) => (bytes = written) };
  serveAsOrdinary({ emit: () => {} }, { request, socket, rest });
  must(bytes.subarray(bytes.length - rest.length).equals(rest), 'the bytes behind the head have changed');
  const again = await parsed(bytes, true);
  // Bytes behind a head that have no length are not a body, and are no request either.
  must(again?.kind === 'request', `the API finds ${again?.kind} ${again?.request.code ?? ''}`);
  const ofHead = ({ method, url, httpVersion }) => `${method} ${url} ${httpVersion}`;
  must(ofHead(again.request) === ofHead(request), `${ofHead(request)} becomes ${ofHead(again.request)}`);
  const others = ({ upgrade, connection, 'http2-settings': settings, ...headers }) => JSON.stringify(headers);
  must(others(again.request.headers) === others(request.headers), 'the headers have changed');
}

const text = fc.string({ maxLength: 20 });
const header = fc.oneof(
  fc.constantFrom(
    'Upgrade: websocket',
    'Upgrade: h2c',
    'Connection: Upgrade',
    'connection: keep-alive, upgrade',
    'Connection: Upgrade, HTTP2-Settings',
    'HTTP2-Settings: AAMAAABk',
    'Host: a',
    'Origin: https://a.example',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: pulsemq.zmtp',
    'Content-Length: 3',
    'Transfer-Encoding: chunked',
    'X-Forwarded-For: 192.0.2.1, 10.0.0.9',
    'X-Forwarded-Proto: https',
    'X-PulseMQ-Relay: guess e30',
  ),
  fc
    .tuple(fc.constantFrom('X-Forwarded-For', 'Host', 'Connection', 'Upgrade', 'Cookie'), text)
    .map((pair) => pair.join(': ')),
);
const upgrade = ['Upgrade: websocket', 'Connection: Upgrade'];

export const target = {
  name: 'relay',
  maxBytes: 2_048,
  generator: fc
    .tuple(
      fc.constantFrom('GET', 'GET', 'POST', 'OPTIONS'),
      fc.constantFrom('/ws/', '/ws', '/ws/sub', '/', '/ws/?token=a', '/api/publish'),
      fc.constantFrom('1.1', '1.1', '1.0'),
      fc.array(header, { maxLength: 8 }),
      fc.boolean(),
      text,
    )
    .map(([method, url, version, headers, asks, body]) =>
      Buffer.from(
        `${[`${method} ${url} HTTP/${version}`, ...(asks ? upgrade : []), ...headers].join('\r\n')}\r\n\r\n${body}`,
      ),
    ),
  words: [Buffer.from('\r\n'), Buffer.from('\r\n\r\n'), Buffer.from('Upgrade: '), Buffer.from(', '), Buffer.from('\t')],
  run: async (input) => {
    const found = await parsed(input, true);
    if (found?.kind !== 'upgrade') return;
    const { request, rest } = found;
    const isForRelay = request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket';
    if (isForRelay && isRelayPath(request.url)) await checkRelayed(request);
    else if (!isForRelay) await checkOrdinary(request, rest);
  },
};
