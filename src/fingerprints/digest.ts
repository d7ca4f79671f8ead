import { createHash } from 'node:crypto';
import type { ByteFingerprinter } from './types.js';

/** A digest as Node's OpenSSL computes it. */
export function digest(algorithm: 'md5' | 'sha1' | 'sha256', bits: number, about: string): ByteFingerprinter {
  return {
    kind: 'bytes',
    bits,
    threshold: 0,
    recipe: `${algorithm}/1`,
    about,
    compute: (bytes) => createHash(algorithm).update(bytes).digest('hex'),
    begin() {
      const hash = createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') };
    },
  };
}
