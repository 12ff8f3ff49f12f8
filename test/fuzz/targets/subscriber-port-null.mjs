// Bytes on the subscriber port with the mechanism NULL: new, greeted, ready in both versions, and bound by a ticket.
import { greeting, handshake, ticketSubscription } from '../engine-in-memory.mjs';
import { wireTarget } from '../wire-target.mjs';

export const target = wireTarget('subscriber-port-null', 'subscriber', [
  () => [],
  () => [greeting(1, 'NULL')],
  () => [handshake(0, 'SUB')],
  () => [handshake(1, 'XSUB')],
  (ticket) => [handshake(1, 'XSUB'), ticketSubscription(ticket)],
]);
