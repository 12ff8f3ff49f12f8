// Ends with 0 when the broker of this machine answers /health, and with 1 when it does not. For the health check of the container: it finds
// the broker by the environment variables of its settings.
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';

const timeoutMs = 4_000;
const {
  PULSEMQ_SERVER_ADMIN_PORT: port = '8080',
  PULSEMQ_SERVER_HOST: host = '127.0.0.1',
  PULSEMQ_SERVER_TLS_CERT_FILE: certificate = '',
} = process.env;

function fail(text) {
  console.error(text);
  process.exitCode = 1;
}

const get = certificate === '' ? getHttp : getHttps;
const request = get({
  host: { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host,
  port,
  path: '/health',
  timeout: timeoutMs,
  agent: false,
  // The certificate is for the name that clients use, not for this address.
  rejectUnauthorized: false,
});
request.on('response', (response) => {
  response.resume();
  if (response.statusCode !== 200) fail(`/health answered ${response.statusCode}`);
});
request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)));
request.on('error', (error) => fail(error.message));
