import { chmod, rm, stat } from 'node:fs/promises';
import { type AddressInfo, createConnection, type Server, type Socket } from 'node:net';
import { reasonOf } from '../app/index.js';
import { UsageError } from '../core/index.js';
import { placeText } from './places.js';
import type { OpenFront, Place } from './types.js';

/** The mode of a Unix socket: its owner and its group may connect. The group can be that of the web server. */
const socketMode = 0o660;

/**
 * Lets a server listen. Removes a Unix socket that a process left behind. Returns the place with the port that it got.
 * Raises UsageError where the place is taken or cannot be used.
 */
export async function listen(server: Server, place: Place): Promise<Place> {
  if (place.kind === 'unix') await removeAbandonedSocket(place);
  await new Promise<void>((done, failed) => {
    const fail = (error: Error) =>
      failed(new UsageError(`cannot listen at ${placeText(place)}: ${reasonOf(error)}`));
    server.once('error', fail);
    const listening = () => {
      server.off('error', fail);
      done();
    };
    if (place.kind === 'unix') server.listen({ path: place.path }, listening);
    else server.listen({ host: place.host, port: place.port, backlog: 1024 }, listening);
  });
  if (place.kind === 'tcp') return { ...place, port: (server.address() as AddressInfo).port };
  await chmod(place.path, socketMode);
  return place;
}

async function removeAbandonedSocket(place: Extract<Place, { kind: 'unix' }>): Promise<void> {
  const { path } = place;
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket()) throw new UsageError(`cannot listen at ${placeText(place)}: a file is there`);
  const isAnswered = await new Promise<boolean>((done) => {
    const socket: Socket = createConnection({ path }, () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
  if (isAnswered) throw new UsageError(`cannot listen at ${placeText(place)}: another process listens there`);
  await rm(path, { force: true });
}

/**
 * Bounds the number of connections of a front. One more than `most` closes the oldest connection that is not busy, so
 * that a client which opens thousands and sends nothing shuts out nobody. Returns a function that closes all
 * connections.
 */
export function boundConnections({ server, isBusy }: OpenFront, most: number): () => void {
  const open = new Set<Socket>(); // oldest first
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => {}); // a client that leaves is no error of the server
    if (open.size <= most) return;
    for (const one of open) {
      if (isBusy(one)) continue;
      open.delete(one);
      one.destroy();
      return;
    }
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}
