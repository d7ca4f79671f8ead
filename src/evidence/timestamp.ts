import { createHash, randomBytes } from 'node:crypto';
import { UsageError } from '../core/index.js';
import { reasonOf } from '../files/index.js';
import { httpEngine, refusalOf } from '../net/index.js';
import { headOf } from './custody-log.js';
import { names, readCustody, type Store, withLog, writeKept } from './store.js';

/**
 * Time stamps by RFC 3161: a service signs the hash of the custody log's last line together with the time. It learns
 * that hash and nothing else. This file only checks that the answer is about this hash; `openssl ts -verify` checks
 * the signature.
 */

/** The service that gives a time stamp. */
export interface StampOptions {
  /** Address of the service; https. */
  readonly url: string;
  /** True where the service is in the operator's own network: http and private addresses are then allowed. */
  readonly allowPrivate?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds for which the service may be silent, and most bytes of its answer. */
const limits = { phase: 20_000, bytes: 1_000_000 } as const;

/** Checks the address of a service. Raises UsageError for all but https, and http with `allowPrivate`. */
export function checkStampUrl({ url, allowPrivate }: StampOptions): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'https:' || (allowPrivate && parsed?.protocol === 'http:')) return parsed;
  throw new UsageError('--timestamp: expected an https address (http only with --allow-private)');
}

/**
 * Gets a time stamp of the log's last line, and records it in the log. Raises UsageError where the service gives none.
 */
export async function stampHead(store: Store, by: string, options: StampOptions): Promise<void> {
  const url = checkStampUrl(options);
  const head = headOf(await readCustody(store));
  const token = await ask(url, Buffer.from(head, 'hex'), options);
  await withLog(store, async ({ append }) => {
    await writeKept(store, names.stamps, `${head}.tsr`, token);
    const sha256 = createHash('sha256').update(token).digest('hex');
    await append({ action: 'stamp', by, head, sha256, service: url.origin });
  });
}

async function ask(url: URL, hash: Uint8Array, { allowPrivate = false, signal }: StampOptions) {
  const nonce = randomBytes(8);
  nonce[0] = (nonce[0]! & 0x3f) | 0x40; // positive, and eight bytes long
  const engine = httpEngine({
    refusal: (address) => refusalOf(address, allowPrivate),
    phases: { connect: limits.phase, headers: limits.phase, body: limits.phase },
  });
  try {
    const answer = await engine.request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/timestamp-query' },
      body: requestFor(hash, nonce),
      signal,
    });
    if (answer.status !== 200) {
      answer.discard();
      throw new Error(`it answered ${answer.status}`);
    }
    const token = Buffer.from(await answer.whole(limits.bytes));
    requireGranted(token, hash, nonce);
    return token;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UsageError(`no time stamp came from ${url.origin}: ${reasonOf(error)}`);
  } finally {
    await engine.close();
  }
}

/** A value of DER shorter than 128 bytes. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
};
const [integer, octets, none, objectId, boolean, sequence] = [0x02, 0x04, 0x05, 0x06, 0x01, 0x30];
/** 2.16.840.1.101.3.4.2.1: SHA-256. */
const sha256Id = Buffer.from([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]);

/** A TimeStampReq that asks for the service's certificate too. */
function requestFor(hash: Uint8Array, nonce: Uint8Array): Buffer {
  const algorithm = der(sequence, der(objectId, sha256Id), der(none));
  return der(
    sequence,
    der(integer, Buffer.from([1])),
    der(sequence, algorithm, der(octets, hash)),
    der(integer, nonce),
    der(boolean, Buffer.from([0xff])),
  );
}

/** Raises Error where a TimeStampResp grants nothing, or is about something else than was asked. */
function requireGranted(answer: Buffer, hash: Uint8Array, nonce: Uint8Array): void {
  const info = contentOf(answer, 0);
  const status = contentOf(answer, info.start);
  const value = contentOf(answer, status.start);
  if (answer[0] !== sequence || answer[info.start] !== sequence || answer[status.start] !== integer)
    throw new Error('it is no answer of RFC 3161');
  const code = answer[value.start];
  if (code !== 0 && code !== 1) throw new Error(`it refused (status ${code})`);
  const token = answer.subarray(status.end);
  if (!token.includes(der(octets, hash)) || !token.includes(der(integer, nonce)))
    throw new Error('its answer is about something else');
}

/** Where the content of a value of DER begins and ends. */
function contentOf(bytes: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = bytes[at + 1] ?? 0;
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (more > 4 || at + 2 + more > bytes.length) throw new Error('it is no answer of RFC 3161');
  const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
  const start = at + 2 + more;
  if (start + length > bytes.length) throw new Error('it is no answer of RFC 3161');
  return { start, end: start + length };
}
