import { isInside } from '../core/event.js';
import { type Craft, seenBy } from '../core/memory.js';
import { isComplete } from '../core/summary.js';
import type { AssetRef, DetectionEvent, ScanResult } from '../core/types.js';
import { type Ledger, ledgerReason, type Replayed } from '../ledger/index.js';
import { batches } from '../runners/batches.js';
import { type Recollected, scanRemembering } from '../runners/remembering.js';
import type { Scanner } from '../scanner.js';
import type { Sourced } from '../sources/types.js';
import { version } from '../version.js';
import type { CommandContext } from './command.js';
import type { Messenger } from './notify/messenger.js';
import { planKey } from './plan-key.js';
import { noCounts, type Run, type RunResult } from './run.js';

/** A run that the ledger remembers. Apart from run.ts, because a scan of one picture needs nothing of it. */
export function rememberedRun(
  { args, values, terminal }: CommandContext,
  scanner: Scanner,
  ledger: Ledger,
  messenger?: Messenger,
): Run {
  const plan = {
    command: 'scan' as const,
    key: planKey(scanner, values, args),
    tool: version,
    lists: scanner.lists,
  };
  const run = ledger.begin(plan, Date.now(), values.fresh === true);
  if (run.resumed && !values.quiet)
    terminal.say(
      `hashsieve: finishing the run that was interrupted, begun ${new Date(run.startedAt).toISOString()}`,
    );
  else if (values.resume && !values.quiet)
    terminal.say('hashsieve: there is no interrupted run of this plan; this is a new one');
  const cache = noCounts();
  /**
   * Leaves out the files that are what a complete run of this plan saw. Their times alone would not do: a folder that
   * is moved here, or a link that is switched, brings files that are old and were never looked at.
   */
  async function newer(items: readonly Sourced[], signal: AbortSignal) {
    const refs = items.filter(isRef);
    const versions = ledger.versionsAnswered(plan.key, refs);
    const seen = refs.flatMap((ref, at) =>
      versions[at] === undefined ? [] : [{ ref, version: versions[at] }],
    );
    const known = seen.map(({ ref: { uri }, version }) => ({ uri, version }));
    const same = await scanner.unchanged(known, signal, true);
    const left = new Set<Sourced>(seen.flatMap(({ ref }, at) => (same?.[at] ? [ref] : [])));
    cache.leftOut += left.size;
    return items.filter((item) => !left.has(item));
  }
  /** What is to be looked at; `found` is called for each. A step for each asset would be much of a rescan. */
  async function* wanted(source: AsyncIterable<Sourced>, found: () => void, signal: AbortSignal) {
    for await (const batch of batches(source, atOnce)) {
      const unfinished = run.resumed ? batch.filter((item) => !isRef(item) || !run.isFinished(item)) : batch;
      const items = values.since ? await newer(unfinished, signal) : unfinished;
      for (const _ of items) found();
      yield items;
    }
  }
  const craft: Craft = { recipes: scanner.recipes, look: scanner.look, tool: version };
  let broken = false;
  /** Evidence comes first: a run whose ledger is lost goes on, says so, and does not count as complete. */
  const attempt = (step: () => void) => {
    if (broken) return;
    try {
      step();
    } catch (error) {
      broken = true;
      terminal.say(`hashsieve: the ledger ${ledger.path} is lost from here on: ${ledgerReason(error)}`);
    }
  };
  const noted = ({ result, kept, row, isAsset, quarantined, verified }: Recollected, at: Date): RunResult => {
    if (row !== undefined) cache.reused += 1;
    if (quarantined) cache.quarantined += 1;
    if (verified) cache.verified += 1;
    if (verified === 'differs') cache.differed += 1;
    const settle = (event?: DetectionEvent) => {
      if (!isAsset) return;
      const settled = { ref: result.ref, result, at: at.getTime(), tool: version, kept, row, event };
      attempt(() => run.settle(settled));
      if (event) messenger?.nudge();
    };
    return { result, at, settle };
  };
  return {
    id: run.id,
    cache,
    get broken() {
      return broken;
    },
    async *results(source, found, signal) {
      messenger?.nudge(); // what an earlier run could not tell
      for (const earlier of run.replay()) {
        found();
        cache.resumed += 1;
        yield [{ result: resultOf(earlier, craft, scanner), at: new Date(earlier.at), settle() {} }];
      }
      const results = scanRemembering(scanner, wanted(source, found, signal), {
        recall: (refs) => (values.cache === false ? [] : ledger.recall(refs)),
        recallInside: (ref) => ledger.recallInside(ref),
        tool: version,
        retryCrashed: values.retryQuarantined,
        doubt: values.verifyCache ? () => Math.random() < values.verifyCache! : undefined,
        signal,
      });
      for await (const some of results) {
        for (const { result } of some) if (isInside(result.ref)) found();
        const at = new Date();
        yield some.map((one) => noted(one, at));
      }
    },
    end(summary, ended) {
      attempt(() => run.flush());
      const clean = isComplete(summary, {
        empty: values.allowEmpty === true || cache.leftOut > 0,
        unsupported: true,
      });
      if (ended && !broken) attempt(() => ledger.end(run, summary, clean, Date.now()));
    },
    async tell() {
      const failures = (await messenger?.finish()) ?? [];
      return messenger && broken
        ? ['notify: the ledger is lost, nobody was told of all', ...failures]
        : failures;
    },
    close: () => ledger.close(),
  };
}

const isRef = (item: Sourced): item is AssetRef => !('stage' in item || 'reason' in item);

/** Assets that are looked up at once. */
const atOnce = 512;

/** The result that an earlier attempt came to. Matches are found again: the same, as the lists are the same. */
function resultOf(earlier: Replayed, craft: Craft, scanner: Scanner): ScanResult {
  const { ref, asset, outcome, stage, code, message = '' } = earlier;
  if (asset && stage !== 'fetch') return scanner.judge({ ...seenBy(asset, craft), ref });
  const base = { ref, fingerprints: [], withheld: [], message };
  if (outcome === 'skipped') return { ...base, outcome, reason: code ?? '' };
  if (outcome !== 'failed') throw new TypeError(`the ledger has no asset of a result that is ${outcome}`);
  return { ...base, outcome, stage: stage as 'fetch', code: code ?? '' };
}
