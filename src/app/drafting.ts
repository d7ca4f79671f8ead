import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { displayUri, printable, type Voice } from '../core/index.js';
import type { DetectionEvent } from '../core/types.js';
import { draftFacts, type EarlierDraft, earlierDrafts, writeDrafts } from '../filing/index.js';
import { type DraftRecord, type Ledger, ledgerReason } from '../ledger/index.js';
import { type DraftDirectory, manifestName } from '../reports/index.js';
import { type DetectionOptions, openDetections } from './detections.js';
import type { Around } from './surroundings.js';

/** What `report draft` and `report notice` share: which detections, which of them were drafted before, and where. */
export interface Drafting {
  /** Every detection that was named. */
  readonly all: readonly DetectionEvent[];
  /** Those to draft now: without those that an earlier draft covers, unless `--again`. */
  readonly events: readonly DetectionEvent[];
  /** Earlier drafts for the same receiver. */
  readonly earlier: readonly EarlierDraft[];
  /**
   * Writes drafts and notes them in the ledger; returns their paths. `noted` is false where the ledger could not take
   * them, which was said.
   */
  write(
    drafts: readonly DraftDirectory[],
  ): Promise<{ readonly paths: readonly string[]; readonly noted: boolean }>;
  close(): void;
}

/** Where drafts go, and whether what was drafted before is drafted again. */
export interface DraftingOptions extends DetectionOptions {
  /** Directory. */
  readonly drafts: string;
  readonly again?: boolean | undefined;
}

/** `command` as the user writes it: `report draft`. Raises UsageError. */
export async function openDrafting(
  values: DraftingOptions,
  around: Around,
  authority: string,
  command: string,
): Promise<Drafting> {
  const { voice } = around;
  const {
    events: all,
    ledger,
    close,
  } = await openDetections(values, around, command, {
    without: 'earlier drafts are looked for in the output directory alone',
  });
  try {
    const siblings = await earlierDrafts(values.drafts);
    // Drafts that were made without the ledger, or by a run that was killed before it noted them.
    ledger?.drafts.record(siblings.map(recordOf));
    const earlier = merged(siblings, ledger, authority);
    const covered = new Map(earlier.flatMap((one) => one.events.map((id) => [id, one.path] as const)));
    const events = values.again ? all : all.filter((event) => !covered.has(event.id));
    for (const event of all) {
      const path = covered.get(event.id);
      if (path === undefined || values.again) continue;
      const gone = (await isThere(path)) ? '' : ', moved or removed since';
      voice.say(
        `already drafted ${event.id} (${displayUri(event.uri)}): ${printable(path)}${gone}; draft it again with --again`,
      );
    }
    return {
      all,
      events,
      earlier,
      async write(drafts) {
        const paths = await writeDrafts(values.drafts, drafts);
        return { paths, noted: note(ledger, drafts, paths, voice) };
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Drafts that lie in the output directory, and those that the ledger knows to lie, or to have lain, elsewhere. */
function merged(
  siblings: readonly EarlierDraft[],
  ledger: Ledger | undefined,
  authority: string,
): readonly EarlierDraft[] {
  const here = siblings.filter((one) => one.authority === authority);
  const known = new Set(here.map((one) => one.manifest));
  const elsewhere = (ledger?.drafts.of(authority) ?? [])
    .filter((one) => !known.has(one.manifest))
    .map(({ directory: path, manifest, ...one }): EarlierDraft => {
      const { damage, drafts } = ledger!;
      const what = `what was said to an authority about ${printable(path)} is damaged`;
      const submission = damage.attempt(what, () => drafts.submission(manifest))?.join('\n') ?? '';
      return { ...one, path, manifest, submission };
    });
  return [...elsewhere, ...here];
}

const recordOf = ({ path, submission: _, ...draft }: EarlierDraft): DraftRecord => ({
  ...draft,
  directory: resolve(path),
});

function note(
  ledger: Ledger | undefined,
  drafts: readonly DraftDirectory[],
  paths: readonly string[],
  voice: Voice,
): boolean {
  try {
    ledger?.drafts.record(
      drafts.map(({ files }, i) => ({ ...draftFacts(files[manifestName]!)!, directory: resolve(paths[i]!) })),
    );
    return true;
  } catch (error) {
    voice.say(
      `drafted, but not noted in the ledger: ${ledgerReason(error)}; run the same again, and it is noted`,
    );
    return false;
  }
}
