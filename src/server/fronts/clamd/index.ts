import { createServer, type Socket } from 'node:net';
import type { Front } from '../../types.js';
import { ClamdConnection } from './connection.js';

/** The protocol of ClamAV's clamd, which most platforms speak already. */
export const clamd: Front = {
  name: 'clamd',
  hasToken: false,
  async open(setup) {
    const open = new Map<Socket, ClamdConnection>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      open.set(socket, new ClamdConnection(socket, setup));
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
