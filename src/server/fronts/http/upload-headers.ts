import type { IncomingMessage } from 'node:http';
import type { UploadSaid } from '../../../app/index.js';

type Said = Omit<UploadSaid, 'via' | 'path'>;

/** The headers in which a host says what it knows of an upload (docs/serve.md). */
const headers = {
  uploader: 'x-hashsieve-uploader',
  ip: 'x-hashsieve-ip',
  name: 'x-hashsieve-name',
  at: 'x-hashsieve-time',
  uri: 'x-hashsieve-uri',
} as const satisfies Record<keyof Said, string>;

/** Reads what a host tells of an upload in the headers of its request. */
export function saidOf({ headers: given }: IncomingMessage): Said {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([key, name]) => {
      const value = given[name];
      return typeof value === 'string' ? [[key, decoded(value)]] : [];
    }),
  );
}

/** Node reads headers as Latin-1; hosts send UTF-8, as it is or percent-encoded. */
function decoded(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  const text = bytes.toString('utf8');
  const plain = text.includes('\ufffd') ? value : text;
  if (!/%[0-9a-f]{2}/i.test(plain)) return plain;
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
