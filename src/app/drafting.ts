import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { displayUri, printable, UsageError, type Voice } from '../core/index.js';
import type { DetectionEvent } from '../core/types.js';
import {
  draftFacts,
  type EarlierDraft,
  earlierDrafts,
  finishedReports,
  writeDrafts,
} from '../filing/index.js';
import { type DraftRecord, type Ledger, ledgerReason } from '../ledger/index.js';
import { type DraftDirectory, manifestName } from '../reports/index.js';
import { type DetectionOptions, openDetections } from './detections.js';
import { type Reviews, readReviews, withoutRefuted } from './reviews.js';
import type { Around } from './surroundings.js';

/**
 * What `report draft` and `report notice` share: the detections to draft, those that were drafted before, and the place
 * for drafts.
 */
export interface Drafting {
  /** Every detection that was named. */
  readonly all: readonly DetectionEvent[];
  /** The detections to draft now. Without `--again` those that an earlier draft covers are left out. */
  readonly events: readonly DetectionEvent[];
  /** Who looked at what, and what was decided. */
  readonly reviews: Reviews;
  /** Earlier drafts for the same receiver. */
  readonly earlier: readonly EarlierDraft[];
  /** Numbers of the reports to NCMEC's production service that cover events, by event id. */
  readonly filed: ReadonlyMap<string, number>;
  /**
   * Writes drafts, notes them in the ledger and returns their paths. `noted` is false where the ledger could not store
   * them; the user was then warned.
   */
  write(
    drafts: readonly DraftDirectory[],
  ): Promise<{ readonly paths: readonly string[]; readonly noted: boolean }>;
  close(): void;
}

/** Where drafts are written, and whether detections are drafted again that were drafted before. */
export interface DraftingOptions extends DetectionOptions {
  /** Path of the directory in which drafts are written. */
  readonly drafts: string;
  /** Drafts detections again that an earlier draft covers. */
  readonly again?: boolean | undefined;
}

/**
 * Opens the detections and finds the earlier drafts. `command` is the command as the user types it: `report draft`.
 * Raises UsageError.
 */
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
    // Notes drafts that a run without the ledger made, or a run that was killed before it noted them.
    ledger?.drafts.record(siblings.map(recordOf));
    const earlier = merged(siblings, ledger, authority);
    const covered = new Map(earlier.flatMap((one) => one.events.map((id) => [id, one.path] as const)));
    const reviews = readReviews(ledger, voice);
    const open = values.again ? all : all.filter((event) => !covered.has(event.id));
    const events = withoutRefuted(open, reviews, voice);
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
      reviews,
      earlier,
      filed: filedOf(merged(siblings, ledger, 'ncmec'), new Set(events.map(({ id }) => id))),
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

/** The report that covers each of some events; the last where several do. */
function filedOf(drafts: readonly EarlierDraft[], ids: ReadonlySet<string>): ReadonlyMap<string, number> {
  const covering = drafts.filter((one) => one.events.some((id) => ids.has(id)));
  return new Map(
    covering.flatMap((one) =>
      filedBefore(one).flatMap((number) =>
        one.events.filter((id) => ids.has(id)).map((id) => [id, number] as const),
      ),
    ),
  );
}

/**
 * Numbers of the reports that were filed from an earlier draft. Raises UsageError where the record of filing is damaged:
 * a report that was filed must not be forgotten.
 */
export function filedBefore({ path, submission }: EarlierDraft): readonly number[] {
  try {
    return finishedReports(submission, 'production');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(
      `${printable(path)}/submission.jsonl: ${error.message}; restore the file from a copy, or move that draft out of the directory and give its report number as uploader.priorReports in --context`,
    );
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Joins the drafts of the output directory with those that the ledger knows in other places, where they may have been
 * deleted since.
 */
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
