import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { passingInterim } from '../../src/net/interim-answers.js';

/** What is read of a connection, after a request, where the server's bytes come in these pieces. */
function readInPieces(pieces: readonly string[]): string {
  const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const socket = passingInterim(duplex as Socket);
  socket.write('GET / HTTP/1.1\r\n\r\n');
  let all = '';
  for (const piece of pieces) {
    duplex.push(piece, 'latin1');
    for (let got = socket.read(); got !== null; got = socket.read()) all += got.toString('latin1');
  }
  return all;
}

describe('interim answers that come in pieces', () => {
  const final = 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n';
  const interim = (number: number) => `HTTP/1.1 ${number} Go on\r\nX: y\r\n\r\n`;
  const given = interim(100) + interim(103) + interim(100) + final;
  const passed = interim(102) + interim(103) + interim(102) + final;

  it('are passed over, wherever the cut is', () => {
    for (let cut = 1; cut < given.length; cut++)
      expect({ cut, read: readInPieces([given.slice(0, cut), given.slice(cut)]) }).toEqual({
        cut,
        read: passed,
      });
  });

  it('are passed over where each byte comes alone', () => {
    expect(readInPieces([...given])).toBe(passed);
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a short answer', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['an interim head without end', `HTTP/1.1 100 Continue\r\n${'x: y\r\n'.repeat(4000)}`],
  ])('%s is not held back', (_, answer) => {
    expect(readInPieces([answer.slice(0, 3), answer.slice(3)])).toBe(answer);
  });
});
