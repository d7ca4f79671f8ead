import { UsageError } from '../core/index.js';
import { decryptPayload, encryptPayload, headerLengthOf } from './payload.js';

/**
 * Encryption with age (age-encryption.org/v1). Each package is encrypted to a key of its own. This key is encrypted to
 * the public keys of the people who may open the package, and lies in a small file. Whoever destroys that file makes
 * the package unreadable, and all copies of its archive too.
 */

const age = () => import('age-encryption');

/** The fewest public keys to which evidence must be encrypted: one person alone can lose the key. */
export const fewestRecipients = 2;

/**
 * Checks public keys of age. Returns them, each once. Raises UsageError where there are fewer than two, and where one
 * is no public key.
 */
export async function checkRecipients(given: readonly string[]): Promise<readonly string[]> {
  const { Encrypter } = await age();
  const keys = [...new Set(given.map((one) => one.trim()))];
  for (const [i, key] of keys.entries()) {
    if (/^AGE-SECRET-KEY-/i.test(key))
      throw new UsageError(
        `--recipient ${i + 1} is a secret key: it must not be on this machine; give its public key, age1…`,
      );
    try {
      new Encrypter().addRecipient(key);
    } catch {
      throw new UsageError(`--recipient ${i + 1} is no public key of age (age1…, as age-keygen prints it)`);
    }
  }
  if (keys.length >= fewestRecipients) return keys;
  throw new UsageError(
    `evidence is sealed to two public keys of age or more, and ${keys.length} is given: ` +
      'make each with age-keygen on another machine, and give the lines age1… as --recipient or evidenceKeys',
  );
}

/** A key for one package. */
export interface PackageKey {
  /** Encrypts a stream to this key. A piece is valid until the next one. */
  encrypt(plain: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** The key itself, encrypted to the recipients. */
  readonly wrapped: Uint8Array;
}

/** Makes a key for one package. Only people with a secret key of one of the recipients can get it back. */
export async function makePackageKey(recipients: readonly string[]): Promise<PackageKey> {
  const { Encrypter, generateX25519Identity, identityToRecipient } = await age();
  const secret = await generateX25519Identity();
  const own = await identityToRecipient(secret);
  const toPeople = new Encrypter();
  for (const one of recipients) toPeople.addRecipient(one);
  let fileKey = new Uint8Array();
  const toPackage = new Encrypter();
  toPackage.addRecipient(own);
  toPackage.addRecipient({
    wrapFileKey(key) {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  // An empty file is the header and 32 bytes: the nonce, and the tag of an empty piece.
  const header = (await toPackage.encrypt(new Uint8Array())).slice(0, -32);
  return {
    wrapped: await toPeople.encrypt(`${secret}\n`),
    encrypt: (plain) => encryptPayload(header, fileKey, plain),
  };
}

/** Reads the secret keys in the text of an identity file of age. Raises UsageError where it holds none. */
export function identitiesIn(text: string): readonly string[] {
  const keys = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length > 0 && keys.every((key) => /^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]+$/.test(key))) return keys;
  throw new UsageError(
    text.startsWith('age-encryption.org/') || text.startsWith('-----BEGIN AGE')
      ? '--identity: the file is encrypted: age -d FILE | hashsieve evidence … --identity -'
      : '--identity: the file holds no secret key of age (a line AGE-SECRET-KEY-1…)',
  );
}

/** Decrypts the key of a package. Raises UsageError where none of the identities opens it. */
export async function unwrapKey(wrapped: Uint8Array, identities: readonly string[]): Promise<string> {
  const { Decrypter } = await age();
  const decrypter = new Decrypter();
  try {
    for (const one of identities) decrypter.addIdentity(one);
    return (await decrypter.decrypt(wrapped, 'text')).trim();
  } catch {
    throw new UsageError('--identity: none of these keys opens this package, or its key is damaged');
  }
}

/** Most bytes of a header. A recipient takes some hundred bytes of it, a post-quantum one two thousand. */
const longestHeader = 1 << 16;

/**
 * Decrypts a file. Every piece that it yields is authentic, and is valid until the next one. Raises Error at the first
 * piece that is not authentic.
 * @param open reads the file from its beginning; it is called twice
 */
export async function decrypt(
  open: () => AsyncIterable<Uint8Array>,
  secret: string,
): Promise<AsyncIterable<Uint8Array>> {
  const { Decrypter } = await age();
  const header = await headerOf(open());
  const decrypter = new Decrypter();
  decrypter.addIdentity(secret);
  return decryptPayload(open(), header.length, await decrypter.decryptHeader(header));
}

async function headerOf(file: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let start = Buffer.alloc(0);
  for await (const bytes of file) {
    start = Buffer.concat([start, bytes]);
    const length = headerLengthOf(start);
    if (length !== undefined) return start.subarray(0, length);
    if (start.length > longestHeader) break;
  }
  throw new Error('it is no file of age');
}
