import type { Duplex } from 'node:stream';

/** What hears of the events of a socket. */
export interface SocketOwner {
  /** The socket has failed, and Node has destroyed it. */
  onError(): void;
  /** The peer has sent its last byte. */
  onEnd(): void;
  onClose(socket: Duplex): void;
}

/** The owner of a socket. The listeners are shared: three closures for each connection would cost 300 bytes. */
const owner = Symbol('owner');
type OwnedSocket = Duplex & { [owner]: SocketOwner };

/** Tells the owner of the events of its socket. */
export function listenTo(socket: Duplex, to: SocketOwner): void {
  (socket as OwnedSocket)[owner] = to;
  socket.on('error', onError);
  socket.on('end', onEnd);
  socket.on('close', onClose);
}

function onError(this: OwnedSocket): void {
  this[owner].onError();
}

function onEnd(this: OwnedSocket): void {
  this[owner].onEnd();
}

function onClose(this: OwnedSocket): void {
  this[owner].onClose(this);
}
