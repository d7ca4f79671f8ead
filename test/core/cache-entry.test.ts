import { describe, expect, it } from 'vitest';
import {
  type FingerprintSettings,
  restrictedTo,
  type StoredAsset,
  unmatched,
  unpacked,
} from '../../src/core/cache-entry.js';
import { judge } from '../../src/core/judge.js';
import type { Fingerprint, Unread, Withheld } from '../../src/core/types.js';

const digest: Fingerprint = { algorithm: 'md5', hex: '00'.repeat(16), recipe: 'md5/1' };
const pdq: Fingerprint = { algorithm: 'pdq', hex: '00'.repeat(32), recipe: 'pdq/1', view: 'upright' };
const poor: Withheld = { algorithm: 'phash', reason: 'low-quality', quality: 3, view: 'upright' };
const crash: Unread = { kind: 'failed', stage: 'decode', code: 'decode-crashed', message: 'm' };
const skipped: Unread = { kind: 'skipped', reason: 'not-an-image', message: 'm' };

function stored(
  fingerprints: readonly Fingerprint[],
  withheld: readonly Withheld[],
  unread?: Unread,
): StoredAsset {
  return {
    ref: { uri: 'file:///a' },
    version: 'v',
    facts: { mediaType: 'image/png', size: 9, width: 2, height: 3, frames: 1 },
    hashes: { size: 0, isPartly: withheld.length > 0, each() {}, unpack: () => ({ fingerprints, withheld }) },
    ...(unread ? { unread } : {}),
  };
}

describe('a stored asset near which no listed hash is', () => {
  const crafts: Record<string, FingerprintSettings> = {
    digests: { tool: '1', look: 'l', recipes: {} },
    pdq: { tool: '1', look: 'l', recipes: { pdq: 'pdq/1' } },
    phash: { tool: '1', look: 'l', recipes: { phash: 'phash/1' } },
  };
  const assets: Record<string, StoredAsset> = {
    whole: stored([digest, pdq], []),
    'digests only': stored([digest], []),
    'poor in part': stored([digest, pdq], [poor]),
    poor: stored([digest], [poor]),
    crashed: stored([digest], [], crash),
    'no image': stored([digest], [], skipped),
  };

  it.each(
    Object.entries(crafts).flatMap(([run, craft]) =>
      Object.keys(assets).map((name) => [name, run, craft] as const),
    ),
  )('(%s, %s) ends as it would if every hash were looked up', (name, _run, craft) => {
    const asset = assets[name]!;
    const { outcome, ref, facts, fingerprints, withheld, ...rest } = unmatched(asset, craft);
    expect({ outcome, ref, facts, fingerprints, withheld, ...rest }).toEqual(
      judge(restrictedTo(unpacked(asset), craft), { match: () => [] }),
    );
  });
});
