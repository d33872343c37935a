import type { Duplex } from 'node:stream';

/** What a peer gets to read what was said last and to close its half; Node has no timer for a socket after its upgrade. */
const lingerMs = 2_000;

/**
 * Ends a socket, also when its peer never reads or never closes its half. What the peer still sends is read meanwhile: to close over
 * unread bytes resets the connection, and the peer may lose what it was told (RFC 9112, section 9.6).
 */
export function letGo(socket: Duplex): void {
  const overdue = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(overdue));
  socket.resume().end();
}
