import { type CacheEntry, isInside, isPartlySeen, isUnseen, type Summary } from '../core/index.js';
import type { AssetRef, DetectionEvent, ScanResult } from '../core/types.js';
import { version } from '../files/index.js';
import type { Ledger, LedgerRun } from '../ledger/index.js';
import type { Messenger } from '../notify/index.js';
import type { OutputRecord } from '../outputs/types.js';
import type { Scanner } from '../scanner/index.js';
import type { Sourced } from '../sources/types.js';
import { attend } from './attended.js';
import { batches } from './batches.js';
import { type CachedResult, scanWithCache } from './cached-scan.js';
import type { RunContext } from './context.js';
import { noCounts } from './counts.js';
import { entryOfEarlier, looksCountFor, resultOf } from './earlier-attempt.js';
import { guardLedger, type LedgerGuard } from './ledger-guard.js';
import { planKey } from './plan-key.js';
import { leaseOfPlan } from './plan-lease.js';
import type { Run, RunResult } from './types.js';
import { answerStore, type WithAnswers, withServices } from './with-services.js';

/**
 * Starts a run that the ledger remembers. It stands apart from run.ts because a scan of one picture needs none of it.
 * Raises UsageError where another process runs the same plan, and LedgerUnusable where the ledger cannot be read or
 * written.
 */
export async function rememberedRun(
  context: RunContext,
  scanner: Scanner,
  ledger: Ledger,
  messenger?: Messenger,
): Promise<Run> {
  const { args, values } = context;
  const key = planKey(scanner, values, args, context.asking?.identities);
  const lease = await leaseOfPlan(ledger, key, context);
  const plan = { command: 'scan' as const, key, tool: version, lists: scanner.lists };
  const run = ledger.begin(plan, Date.now(), values.fresh === true, lease);
  return new RememberedRun(context, scanner, ledger, messenger, run, key);
}

class RememberedRun implements Run {
  readonly id: string;
  readonly cache = noCounts();
  readonly #guard: LedgerGuard;
  /** Ids of what earlier attempts detected and this one has not reached yet. */
  readonly #pending: Set<string>;

  constructor(
    private readonly context: RunContext,
    private readonly scanner: Scanner,
    private readonly ledger: Ledger,
    private readonly messenger: Messenger | undefined,
    private readonly run: LedgerRun,
    private readonly planKey: string,
  ) {
    this.id = run.id;
    this.#guard = guardLedger(ledger, context.terminal);
    this.#pending = new Set(this.#guard.read(() => run.detected(), []));
    this.#sayWhetherResumed();
  }

  get broken(): boolean {
    return this.#guard.broken || this.ledger.damage.found > 0;
  }

  async *results(
    source: AsyncIterable<Sourced>,
    found: () => void,
    signal: AbortSignal,
  ): AsyncGenerator<readonly RunResult[]> {
    const { values } = this.context;
    this.messenger?.nudge(); // sends what an earlier run could not
    const { asking } = this.context;
    const judged = scanWithCache(this.scanner, this.#wanted(source, found, signal), {
      recall: (refs) => this.#recall(refs),
      recallInside: (ref) => this.#guard.read(() => this.ledger.recallInside(ref), undefined),
      tool: version,
      retryCrashed: values.retryQuarantined,
      doubt: values.verifyCache ? () => Math.random() < values.verifyCache! : undefined,
      signal,
    });
    const store = asking && answerStore(this.ledger, this.#guard);
    for await (const some of withServices(judged, asking, signal, store)) {
      for (const { result } of some) if (isInside(result.ref)) found();
      const now = new Date();
      yield some.map((one) => this.#noted(one, now));
    }
    for (const one of this.#left()) {
      found();
      yield [one];
    }
  }

  attend<R extends OutputRecord | undefined>(result: ScanResult, record: R) {
    return attend(result, record, { ledger: this.ledger, guard: this.#guard });
  }

  end(summary: Summary, { ended, complete }: { readonly ended: boolean; readonly complete: boolean }): void {
    this.#guard.write(() => this.run.flush());
    if (ended) this.#guard.write(() => this.ledger.end(this.run, summary, complete, Date.now()));
  }

  remembered(): number | undefined {
    return this.#guard.read(() => this.ledger.assets.count(), undefined);
  }

  async notify(): Promise<string[]> {
    this.#guard.write(() => this.run.flush());
    const failures = (await this.messenger?.finish()) ?? [];
    return this.messenger && this.#guard.broken
      ? ['notify: the ledger is lost, nobody was told of all', ...failures]
      : failures;
  }

  close(): void {
    this.ledger.close();
  }

  #sayWhetherResumed(): void {
    const { values, terminal } = this.context;
    if (values.quiet) return;
    const { resumed, startedAt } = this.run;
    if (resumed)
      terminal.say(
        `hashsieve: finishing the run that was interrupted, begun ${new Date(startedAt).toISOString()}`,
        { scanId: this.id },
      );
    else if (values.resume)
      terminal.say('hashsieve: there is no interrupted run of this plan; this is a new one');
  }

  /**
   * The items to look at; calls `found` for each of the source. It works in batches, because one asynchronous step for
   * each asset would take much of a rescan's time.
   */
  async *#wanted(source: AsyncIterable<Sourced>, found: () => void, signal: AbortSignal) {
    for await (const batch of batches(source, atOnce)) {
      const items = this.context.values.since ? await this.#newer(batch, signal) : batch;
      for (const _ of items) found();
      yield items;
    }
  }

  /**
   * Leaves out the files that are still what a complete run of this plan saw. Their times alone would not tell: a
   * folder that somebody moved here, or a link that somebody switched, brings old files that no run has looked at.
   */
  async #newer(items: readonly Sourced[], signal: AbortSignal): Promise<readonly Sourced[]> {
    const refs = items.flatMap((item) => (item.kind === 'asset' ? [item.ref] : []));
    const versions = this.#guard.read(() => this.ledger.versionsAnswered(this.planKey, refs), []);
    const seen = refs.flatMap((ref, at) =>
      versions[at] === undefined ? [] : [{ ref, version: versions[at] }],
    );
    const known = seen.map(({ ref: { uri }, version }) => ({ uri, version }));
    const same = await this.scanner.unchanged(known, signal, true);
    const unchanged = seen.flatMap(({ ref }, at) => (same?.[at] ? [ref] : []));
    const left = new Set(this.#endedWhole(unchanged));
    this.cache.leftOut += left.size;
    return items.filter((item) => !left.has(item.ref));
  }

  /**
   * The refs none of whose results was incomplete: the user may have accepted some incomplete ones in a complete run.
   */
  #endedWhole(refs: readonly AssetRef[]): readonly AssetRef[] {
    const { allowUnsupported = [], allowDegraded } = this.context.values;
    const forgivesNone = allowUnsupported !== true && (allowUnsupported || []).length === 0;
    const isExcused = this.#guard.read(() => this.ledger.decisions.hasAcknowledgements, true);
    if (forgivesNone && !allowDegraded && !isExcused) return refs;
    const entries: readonly (CacheEntry<'stored'> | undefined)[] = this.#guard.read(
      () => this.ledger.recall(refs),
      [],
    );
    return refs.filter((ref, at) => {
      const entry = entries[at];
      if (!entry || !isWhole(entry)) return false;
      if (!entry.asset?.opened?.assets) return true;
      return this.#guard.read(() => this.ledger.recallInside(ref), undefined)?.every(isWhole) === true;
    });
  }

  /**
   * What the ledger remembers of each ref. Where an earlier attempt of this run finished the asset, the entry says so.
   */
  #recall(refs: readonly AssetRef[]): (CacheEntry<'stored'> | undefined)[] {
    const { values } = this.context;
    const entries = this.#guard.read(() => this.ledger.recall(refs), []);
    const kept = values.cache === false ? [] : entries;
    if (!this.run.resumed || values.retryQuarantined) return kept;
    const finished = this.#guard.read(() => this.run.finished(refs), []);
    const now = Date.now();
    const since = now - looksCountFor(values.budget);
    return refs.map((ref, at) => {
      const [entry, before] = [entries[at], finished[at]];
      return (entry && before && entryOfEarlier(ref, entry, before, { since, now })) ?? kept[at];
    });
  }

  #noted(one: CachedResult & WithAnswers, now: Date): RunResult {
    this.#count(one);
    const { result, entry } = one;
    const earlier = earlierOf(one);
    const judgedAt = earlier?.at ?? now;
    const at = one.answeredAt && one.answeredAt > judgedAt ? one.answeredAt : judgedAt;
    const settle = (event?: DetectionEvent) => {
      if (event) this.#pending.delete(event.id);
      // What a service said of an asset that an earlier attempt finished may be new.
      if (!entry || (earlier && !one.answeredAt)) return;
      const settled = { ref: result.ref, result, at: at.getTime(), tool: version, entry, event };
      this.#guard.write(() => this.run.settle(settled));
      if (event) this.messenger?.nudge();
    };
    return { result, at, settle };
  }

  #count(one: CachedResult): void {
    const { cache } = this;
    const { entry, quarantined, verified } = one;
    if (earlierOf(one)) cache.resumed += 1;
    else if (entry?.state === 'used') cache.reused += 1;
    if (quarantined) cache.quarantined += 1;
    if (verified) cache.verified += 1;
    if (verified === 'differs') cache.differed += 1;
  }

  /** What an earlier attempt detected and this one did not find or reach: no event of a run gets lost. */
  *#left(): Generator<RunResult> {
    const events =
      this.#pending.size > 0 ? this.#guard.read(() => this.ledger.detections.of(this.id), []) : [];
    for (const event of events ?? []) {
      if (!this.#pending.has(event.id)) continue;
      this.cache.resumed += 1;
      yield { result: resultOf(event), at: new Date(event.detectedAt), event, settle() {} };
    }
  }
}

/** Set for an asset that an earlier attempt of the run finished. */
const earlierOf = ({ entry }: CachedResult) => (entry?.state === 'used' ? entry.earlier : undefined);

/** True for an entry whose outcome leaves the run complete. */
function isWhole({ asset, unseen }: CacheEntry<'stored'>): boolean {
  if (unseen) return unseen.outcome === 'skipped' && !isUnseen(unseen.reason);
  if (!asset || isPartlySeen(asset.facts)) return false;
  return !asset.unread || (asset.unread.kind === 'skipped' && !isUnseen(asset.unread.reason));
}

/** How many assets are looked up at once. */
const atOnce = 512;
