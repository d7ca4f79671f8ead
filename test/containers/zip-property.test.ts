import { expect, it } from 'vitest';
import { appendedZip } from '../../src/containers/appended.js';
import { Budget } from '../../src/containers/budget.js';
import { insideDefaults } from '../../src/containers/index.js';
import { memoryStore } from '../../src/containers/store.js';
import { zipMembers } from '../../src/containers/zip.js';
import { StageError } from '../../src/core/errors.js';
import { numbers } from '../matching/hashes.js';
import { describeWith } from '../support/programs.js';
import { seed } from '../support/seed.js';
import { changed, honestZip, lyingZip } from '../support/zip-lies.js';
import { digestOf, type ReaderName, readers, takenOut } from '../support/zip-readers.js';

/** For the same files again, and for more of them: HASHSIEVE_SEED=… HASHSIEVE_ROUNDS=… npx vitest run <this file>. */
const rounds = Number(process.env.HASHSIEVE_ROUNDS ?? 15);

const limits = { ...insideDefaults, maxBytes: 1e6, maxPixels: 1e6, timeoutSeconds: 60, seconds: 600 };

/** Digests of all that we find in a zip file and in those within, and whether we say that this is all. */
async function found(bytes: Uint8Array, into = new Set<string>()) {
  let isComplete = true;
  try {
    for await (const inside of zipMembers(memoryStore(bytes), Budget.of(limits, bytes.length))) {
      if (inside.unread) isComplete = false;
      if (!inside.bytes) continue;
      into.add(digestOf(inside.bytes));
      const text = Buffer.from(inside.bytes).toString('latin1', 0, 4);
      const inner = /^PK(\x03\x04|\x05\x06)/.test(text) ? inside.bytes : appendedZip(inside.bytes);
      if (inner && !(await found(inner, into)).isComplete) isComplete = false;
    }
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    isComplete = false;
  }
  return { digests: into, isComplete };
}

const names = ['7z', 'bsdtar', 'bsdtar, as a stream'] as const satisfies readonly ReaderName[];
const programs = [...new Set(names.map((name) => readers[name].program))];

/** What other programs take out and we do not find, by program. */
const unfound = (bytes: Uint8Array, digests: ReadonlySet<string>) =>
  names.filter((name) => [...takenOut(name, bytes)].some((digest) => !digests.has(digest)));

describeWith(programs, `zip files at random, seed ${seed}`, () => {
  const randomOf = (round: number) => numbers(((seed + round) * 2_654_435_761) >>> 0);

  it('without a fault: the same is found as by 7-Zip and bsdtar, and nothing is called damaged', async () => {
    for (let round = 0; round < rounds; round++) {
      const bytes = honestZip(randomOf(round));
      const { digests } = await found(bytes);
      expect({ seed: seed + round, unfound: unfound(bytes, digests) }).toEqual({
        seed: seed + round,
        unfound: [],
      });
      const members: unknown[] = [];
      for await (const { unread } of zipMembers(memoryStore(bytes), Budget.of(limits, 1e6)))
        members.push(unread);
      expect(members.filter(Boolean)).toEqual([]);
    }
  });

  it.each([
    ['with one field changed', (random: ReturnType<typeof numbers>) => changed(honestZip(random), random)],
    ['made to deceive', (random: ReturnType<typeof numbers>) => ({ what: 'a lie', bytes: lyingZip(random) })],
    [
      'made to deceive, with one field changed',
      (random: ReturnType<typeof numbers>) => changed(lyingZip(random), random),
    ],
  ])('%s: what 7-Zip or bsdtar take out is found, or the result is incomplete', async (_, make) => {
    for (let round = 0; round < rounds; round++) {
      const { what, bytes } = make(randomOf(round));
      const { digests, isComplete } = await found(bytes);
      const hidden = isComplete ? unfound(bytes, digests) : [];
      expect({ seed: seed + round, what, hidden }).toEqual({ seed: seed + round, what, hidden: [] });
    }
  });
});
