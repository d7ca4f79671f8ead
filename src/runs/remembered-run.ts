import type { CommandContext } from '../cli/command.js';
import { isInside } from '../core/event.js';
import { isComplete } from '../core/summary.js';
import type { AssetRef, DetectionEvent } from '../core/types.js';
import { version } from '../files/version.js';
import type { Ledger } from '../ledger/index.js';
import type { Messenger } from '../notify/messenger.js';
import type { Scanner } from '../scanner/scanner.js';
import type { Sourced } from '../sources/types.js';
import { batches } from './batches.js';
import { finishedMemory, looksCountFor, resultOf } from './finished.js';
import { guardLedger } from './ledger-guard.js';
import type { Memory } from './places.js';
import { planKey } from './plan-key.js';
import { type Recollected, scanRemembering } from './remembering.js';
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
  const guard = guardLedger(ledger, terminal);
  /** What earlier attempts detected and this one did not come to yet. */
  const untold = new Set(guard.read(() => run.detected(), []));
  /**
   * Leaves out the files that are what a complete run of this plan saw. Their times alone would not do: a folder that
   * is moved here, or a link that is switched, brings files that are old and were never looked at.
   */
  async function newer(items: readonly Sourced[], signal: AbortSignal) {
    const refs = items.filter(isRef);
    const versions = guard.read(() => ledger.versionsAnswered(plan.key, refs), []);
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
      const items = values.since ? await newer(batch, signal) : batch;
      for (const _ of items) found();
      yield items;
    }
  }
  function recall(refs: readonly AssetRef[]): (Memory | undefined)[] {
    const memories: (Memory | undefined)[] = guard.read(() => ledger.recall(refs), []);
    const kept = values.cache === false ? [] : memories;
    if (!run.resumed || values.retryQuarantined) return kept;
    const finished = guard.read(() => run.finished(refs), []);
    const now = Date.now();
    const since = now - looksCountFor(values.budget);
    return refs.map((ref, at) => {
      const [memory, before] = [memories[at], finished[at]];
      return (memory && before && finishedMemory(ref, memory, before, { since, now })) ?? kept[at];
    });
  }
  const counted = ({ row, finished, quarantined, verified }: Recollected) => {
    if (finished) cache.resumed += 1;
    else if (row !== undefined) cache.reused += 1;
    if (quarantined) cache.quarantined += 1;
    if (verified) cache.verified += 1;
    if (verified === 'differs') cache.differed += 1;
  };
  const noted = (one: Recollected, now: Date): RunResult => {
    counted(one);
    const { result, kept, row, isAsset, finished } = one;
    const at = finished?.at ?? now;
    const settle = (event?: DetectionEvent) => {
      if (event) untold.delete(event.id);
      if (!isAsset || finished) return;
      const settled = { ref: result.ref, result, at: at.getTime(), tool: version, kept, row, event };
      guard.write(() => run.settle(settled));
      if (event) messenger?.nudge();
    };
    return { result, at, settle };
  };
  /** What an earlier attempt detected, and is no more, or was not come to: no event of a run is lost. */
  function* left(): Generator<RunResult> {
    const events = untold.size > 0 ? guard.read(() => ledger.detections.of(run.id), []) : [];
    for (const event of events ?? []) {
      if (!untold.has(event.id)) continue;
      cache.resumed += 1;
      yield { result: resultOf(event), at: new Date(event.detectedAt), event, settle() {} };
    }
  }
  return {
    id: run.id,
    cache,
    get broken() {
      return guard.broken || ledger.damage.found > 0;
    },
    async *results(source, found, signal) {
      messenger?.nudge(); // what an earlier run could not tell
      const results = scanRemembering(scanner, wanted(source, found, signal), {
        recall,
        recallInside: (ref) => guard.read(() => ledger.recallInside(ref), undefined),
        tool: version,
        retryCrashed: values.retryQuarantined,
        doubt: values.verifyCache ? () => Math.random() < values.verifyCache! : undefined,
        signal,
      });
      for await (const some of results) {
        for (const { result } of some) if (isInside(result.ref)) found();
        const now = new Date();
        yield some.map((one) => noted(one, now));
      }
      for (const one of left()) {
        found();
        yield [one];
      }
    },
    end(summary, ended) {
      guard.write(() => run.flush());
      const clean = isComplete(summary, {
        empty: values.allowEmpty === true || cache.leftOut > 0,
        unsupported: true,
      });
      if (ended) guard.write(() => ledger.end(run, summary, clean, Date.now()));
    },
    async tell() {
      const failures = (await messenger?.finish()) ?? [];
      return messenger && guard.broken
        ? ['notify: the ledger is lost, nobody was told of all', ...failures]
        : failures;
    },
    close: () => ledger.close(),
  };
}

const isRef = (item: Sourced): item is AssetRef => !('stage' in item || 'reason' in item);

/** Assets that are looked up at once. */
const atOnce = 512;
