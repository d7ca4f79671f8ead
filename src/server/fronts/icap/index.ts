import { createServer, type Socket } from 'node:net';
import type { Front } from '../../types.js';
import { IcapConnection } from './connection.js';

/** ICAP (RFC 3507), the protocol of proxies such as squid, and of Nextcloud. */
export const icap: Front = {
  name: 'icap',
  hasToken: false,
  async open(setup) {
    const open = new Map<Socket, IcapConnection>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      open.set(socket, new IcapConnection(socket, setup));
      socket.once('close', () => open.delete(socket));
    });
    return {
      server,
      isBusy: (socket) => open.get(socket)?.isBusy ?? false,
      retire: () => {
        for (const connection of open.values()) connection.retire();
      },
    };
  },
};
