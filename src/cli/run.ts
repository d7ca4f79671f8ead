import { randomUUID } from 'node:crypto';
import { UsageError } from '../core/errors.js';
import { isInside } from '../core/event.js';
import { type Craft, seenBy } from '../core/memory.js';
import { isComplete, type Summary } from '../core/summary.js';
import type { AssetRef, DetectionEvent, ScanResult } from '../core/types.js';
import { type Ledger, ledgerReason, type Replayed } from '../ledger/index.js';
import type { Recollected } from '../runners/remembering.js';
import type { Scanner } from '../scanner.js';
import type { Sourced } from '../sources/types.js';
import { version } from '../version.js';
import type { CommandContext } from './command.js';
import { openLedger } from './ledger.js';
import { type NotifyConfig, notifyConfig } from './notify/config.js';
import type { Messenger } from './notify/messenger.js';
import { planKey } from './plan-key.js';

/** A result of a run, and what to do once it has been written. */
export interface RunResult {
  readonly result: ScanResult;
  /** When the asset was judged: an earlier attempt's time for what that attempt finished. */
  readonly at: Date;
  /** Notes that the run is done with it. */
  settle(event?: DetectionEvent): void;
}

/** What the ledger did for a run. */
export interface CacheCounts {
  /** Assets that were neither read nor decoded. */
  reused: number;
  /** Of these, read again on purpose (`--verify-cache`), and found different. */
  verified: number;
  differed: number;
  /** Assets that an earlier attempt of the run had finished. */
  resumed: number;
  /** Files that were left out because they did not change since the last complete run (`--since`). */
  leftOut: number;
  /** Assets that crashed the decoder in an earlier run, and were not decoded again. */
  quarantined: number;
}

/** One run of a scan, remembered in the ledger or not. */
export interface Run {
  readonly id: string;
  readonly cache: CacheCounts;
  /** True once the ledger could not be written: the next run cannot build on this one. */
  readonly broken: boolean;
  /** Every result of the run, a few at a time, those of earlier attempts first. `found` is called for each asset. */
  results(
    source: AsyncIterable<Sourced>,
    found: () => void,
    signal: AbortSignal,
  ): AsyncGenerator<readonly RunResult[]>;
  /** `ended`: the source came to its end and the outputs are in their places. */
  end(summary: Summary, ended: boolean): void;
  /** Tells the targets of the configuration what they have not been told; returns what failed, a line each. */
  tell(): Promise<string[]>;
  close(): void;
}

/** Starts a run, or takes up an interrupted one of the same plan. Raises UsageError where the ledger cannot be had. */
export async function openRun(context: CommandContext, scanner: Scanner, wanted: boolean): Promise<Run> {
  const notify = notifyConfig(context.config);
  const ledger = await openLedger(context, wanted || notify !== undefined);
  if (!ledger && notify)
    throw new UsageError('the block "notify" of the configuration needs the ledger, and there is none');
  if (!ledger) return forgetfulRun(scanner);
  try {
    return rememberedRun(context, scanner, ledger, await messengerOf(ledger, notify));
  } catch (error) {
    ledger.close();
    throw error;
  }
}

/** Also has the ledger note for whom a detection waits. */
export async function messengerOf(ledger: Ledger, notify?: NotifyConfig): Promise<Messenger | undefined> {
  if (!notify) return undefined;
  const { openMessenger } = await import('./notify/messenger.js');
  ledger.targets = notify.targets.map(({ name }) => name);
  return openMessenger(ledger, notify);
}

const noCounts = (): CacheCounts => ({
  reused: 0,
  verified: 0,
  differed: 0,
  resumed: 0,
  leftOut: 0,
  quarantined: 0,
});

function forgetfulRun(scanner: Scanner): Run {
  return {
    id: randomUUID(),
    cache: noCounts(),
    broken: false,
    async *results(source, found, signal) {
      for await (const result of scanner.scan(counted(source, found), signal)) {
        if (isInside(result.ref)) found();
        yield [{ result, at: new Date(), settle() {} }];
      }
    },
    end() {},
    tell: async () => [],
    close() {},
  };
}

function rememberedRun(
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
  // Looked up before this run begins to count; a run that is taken up keeps the bound it began with.
  const last = values.since ? ledger.lastClean(plan.key) : undefined;
  /** Leaves out the files that did not change since: asked for many at once, off the main thread. */
  async function newer(items: readonly Sourced[], since: number, signal: AbortSignal) {
    const refs = items.filter(isRef);
    const older = await scanner.older(
      refs.map(({ uri }) => uri),
      since,
      signal,
    );
    const left = new Set<Sourced>(refs.filter((_, at) => older[at]));
    cache.leftOut += left.size;
    return items.filter((item) => !left.has(item));
  }
  /** What is to be looked at; `found` is called for each. A step for each asset would be much of a rescan. */
  async function* wanted(source: AsyncIterable<Sourced>, found: () => void, signal: AbortSignal) {
    const { batches } = await import('../runners/batches.js');
    for await (const batch of batches(source, atOnce)) {
      const unfinished = run.resumed ? batch.filter((item) => !isRef(item) || !run.isFinished(item)) : batch;
      const items = last === undefined ? unfinished : await newer(unfinished, last - slackMs, signal);
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
      const { scanRemembering } = await import('../runners/remembering.js');
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

async function* counted(source: AsyncIterable<Sourced>, found: () => void): AsyncGenerator<Sourced> {
  for await (const item of source) {
    found();
    yield item;
  }
}

const isRef = (item: Sourced): item is AssetRef => !('stage' in item || 'reason' in item);

/** Assets that are looked up at once. */
const atOnce = 512;

/** Clocks of file systems are coarse: what changed in these milliseconds before counts as changed since. */
const slackMs = 3_000;

/** The result that an earlier attempt came to. Matches are found again: the same, as the lists are the same. */
function resultOf(earlier: Replayed, craft: Craft, scanner: Scanner): ScanResult {
  const { ref, asset, outcome, stage, code, message = '' } = earlier;
  if (asset && stage !== 'fetch') return scanner.judge({ ...seenBy(asset, craft), ref });
  const base = { ref, fingerprints: [], withheld: [], message };
  if (outcome === 'skipped') return { ...base, outcome, reason: code ?? '' };
  if (outcome !== 'failed') throw new TypeError(`the ledger has no asset of a result that is ${outcome}`);
  return { ...base, outcome, stage: stage as 'fetch', code: code ?? '' };
}
