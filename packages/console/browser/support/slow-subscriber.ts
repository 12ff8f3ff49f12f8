import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A ZMTP greeting with the mechanism PLAIN. */
function greeting(): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1]);
  bytes.write('PLAIN', 12, 'latin1');
  return bytes;
}

const short = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const long = (text: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
const command = (...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([4, body.length]), body]);
};

/** A subscriber that subscribes to a namespace and then reads no byte, like a program that hangs. */
export async function openSlowSubscriber(
  port: number,
  username: string,
  token: string,
  namespace: string,
): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write(greeting());
  socket.write(command(short('HELLO'), short(username), short(token)));
  await once(socket, 'data');
  socket.write(command(short('INITIATE'), short('Socket-Type'), long('SUB')));
  const prefix = Buffer.from(`\u0001${namespace}:`, 'latin1');
  socket.write(Buffer.concat([Buffer.from([0, prefix.length]), prefix]));
  socket.pause();
  return socket;
}
