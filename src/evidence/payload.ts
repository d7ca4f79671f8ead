import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * The payload of an age file (C2SP, age-encryption.org/v1): pieces of 64 KiB under ChaCha20-Poly1305. The npm package
 * age-encryption makes and reads the header, and so everything about keys. The ciphers of Node do the payload: for two
 * gigabytes they take a third of the package's time and half of its memory.
 */

const size = 64 * 1024;
const tagLength = 16;
const nonceLength = 16;
const cipherName = 'chacha20-poly1305';

/** Key of the payload, from the key of the file and the nonce in front of the payload. */
const keyOf = (fileKey: Uint8Array, nonce: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));

/** Nonce of the nth piece: its number, and whether it is the last. */
function nonceOf(n: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(n, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Encrypts: yields the header, the nonce and the payload. Each piece overwrites the one before. */
export async function* encryptPayload(
  header: Uint8Array,
  fileKey: Uint8Array,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const nonce = randomBytes(nonceLength);
  const key = keyOf(fileKey, nonce);
  yield header;
  yield nonce;
  const out = Buffer.allocUnsafeSlow(size + tagLength);
  let n = 0;
  for await (const { bytes, isLast } of inPieces(plain, size)) {
    const cipher = createCipheriv(cipherName, key, nonceOf(n++, isLast), { authTagLength: tagLength });
    // The cipher returns text here: buffers would pile up, 30 MB of them, until the garbage collector frees them.
    out.write(cipher.update(bytes, undefined, 'latin1'), 0, 'latin1');
    cipher.final();
    out.set(cipher.getAuthTag(), bytes.length);
    yield out.subarray(0, bytes.length + tagLength);
  }
}

/**
 * Decrypts what follows the header. Every piece that it yields is authentic; each overwrites the one before. Raises
 * Error at the first piece that is not authentic, and where the end is missing.
 * @param headerLength bytes of `file` that are the header
 */
export async function* decryptPayload(
  file: AsyncIterable<Uint8Array>,
  headerLength: number,
  fileKey: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const nonce = Buffer.alloc(nonceLength);
  let seen = 0;
  const rest = (async function* () {
    for await (const bytes of file) {
      const from = headerLength - seen;
      if (from < bytes.length && from > -nonceLength)
        nonce.set(bytes.subarray(Math.max(0, from), from + nonceLength), Math.max(0, -from));
      seen += bytes.length;
      yield bytes.subarray(Math.min(bytes.length, Math.max(0, from + nonceLength)));
    }
  })();
  let key: Buffer | undefined;
  const out = Buffer.allocUnsafeSlow(size);
  let n = 0;
  for await (const { bytes, isLast } of inPieces(rest, size + tagLength)) {
    const length = bytes.length - tagLength;
    if (seen < headerLength + nonceLength || length < (n === 0 ? 0 : 1)) throw new Error('it is cut off');
    key ??= keyOf(fileKey, nonce);
    const decipher = createDecipheriv(cipherName, key, nonceOf(n++, isLast), { authTagLength: tagLength });
    decipher.setAuthTag(bytes.subarray(length));
    out.write(decipher.update(bytes.subarray(0, length), undefined, 'latin1'), 0, 'latin1');
    try {
      decipher.final();
    } catch {
      throw new Error('it is damaged or cut off');
    }
    yield out.subarray(0, length);
  }
}

/**
 * Gathers bytes into pieces of one size; the last may be shorter, and is empty only where there are no bytes at all.
 */
async function* inPieces(
  stream: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  const piece = Buffer.allocUnsafeSlow(length);
  let used = 0;
  for await (const bytes of stream)
    for (let at = 0; at < bytes.length; ) {
      if (used === length) {
        yield { bytes: piece, isLast: false };
        used = 0;
      }
      const taken = Math.min(length - used, bytes.length - at);
      piece.set(bytes.subarray(at, at + taken), used);
      used += taken;
      at += taken;
    }
  yield { bytes: piece.subarray(0, used), isLast: true };
}

/** Length in bytes of the header at the beginning of a file; undefined where these bytes do not hold all of it. */
export function headerLengthOf(start: Buffer): number | undefined {
  const mac = start.indexOf('\n--- ', 0, 'latin1');
  const end = mac < 0 ? -1 : start.indexOf('\n', mac + 1, 'latin1');
  return end < 0 ? undefined : end + 1;
}
