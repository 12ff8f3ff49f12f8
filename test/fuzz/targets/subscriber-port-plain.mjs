// Bytes on the subscriber port with the mechanism PLAIN: greeted, after HELLO, ready, subscribed.
import { encodeSubscribe } from '@pulsemq/zmtp';
import { greeting, hello, initiate, tokenOf } from '../engine-in-memory.mjs';
import { wireTarget } from '../wire-target.mjs';

const logIn = [greeting(1, 'PLAIN'), hello('reader', tokenOf('reader'))];
const subscribe = Buffer.from(encodeSubscribe(Buffer.from('market:'), 'command'));

export const target = wireTarget('subscriber-port-plain', 'subscriber', [
  () => [greeting(1, 'PLAIN')],
  () => [greeting(0, 'PLAIN')],
  () => logIn,
  () => [...logIn, initiate('SUB')],
  () => [...logIn, initiate('SUB'), subscribe],
]);
