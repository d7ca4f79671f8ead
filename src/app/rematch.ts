import { notifyConfig } from '../config/index.js';
import {
  type CacheEntry,
  count,
  type ExitPolicy,
  emptySummary,
  exitCodeOf,
  knownOf,
  type LinesRead,
  lackOf,
  monotonic,
  restrictedTo,
  type StoredAsset,
  type Summary,
  unmatched,
  unpacked,
  whyIncomplete,
} from '../core/index.js';
import type { ScanResult } from '../core/types.js';
import { version } from '../files/index.js';
import type { Ledger, LedgerRun } from '../ledger/index.js';
import type { Asking } from '../matchers/types.js';
import type { Messenger } from '../notify/index.js';
import {
  answerStore,
  attend,
  guardLedger,
  type LedgerGuard,
  type LedgerOptions,
  leaseOfPlan,
  messengerOf,
  needLedger,
  planKey,
  recordOf,
  withServices,
} from '../runs/index.js';
import { createScanner, type Scanner } from '../scanner/index.js';
import { onlyThese } from './list-entries.js';
import { openAllLists, type SupplyOptions } from './lists.js';
import type { MatcherOptions } from './matchers.js';
import { type ScanningOptions, scannerOptions } from './plan.js';
import { pluginsOf } from './plugins.js';
import { type FileOptions, readBy, writtenBy } from './run-files.js';
import type { RunReport } from './scan.js';
import { servicesOf } from './services-of.js';
import { type OutputOptions, openSinks, type RecordPorts, type Sinks } from './sinks.js';
import { type Around, runContext, type Surroundings, surrounded } from './surroundings.js';
import { requireApart } from './written-files.js';

/** Which lists to compare with, which ledger to read, and what to write. */
export interface RematchOptions
  extends Omit<SupplyOptions, 'alsoFingerprint'>,
    MatcherOptions,
    ScanningOptions,
    FileOptions,
    LedgerOptions,
    OutputOptions,
    Pick<ExitPolicy, 'fail' | 'allowEmpty' | 'allowUnsupported' | 'allowDegraded'> {
  /** Writes a record of clear assets too. */
  readonly all?: boolean | undefined;
}

/** What a rematch works with while it runs. */
interface Rematch {
  readonly ledger: Ledger;
  readonly guard: LedgerGuard;
  readonly run: LedgerRun;
  readonly scanner: Scanner;
  readonly sinks: Sinks;
  readonly messenger: Messenger | undefined;
  readonly summary: Summary;
  readonly asking: Asking | undefined;
}

/**
 * Compares everything that the ledger remembers with lists, and with the operator's own list where none is named,
 * without reading a picture again. Notes matches in the ledger and tells the targets. Asks matching services again
 * about everything in which they knew nothing. Where a list needs a fingerprint that was never computed, the asset is skipped as
 * `not-computed` and must be scanned again.
 * @param ports `onlyEntries`: ids of entries; the others of the lists are left out.
 * @throws UsageError where there is no ledger or it cannot be opened, and in the cases in which `scan` does
 * @example
 * const { summary } = await rematch({ list: ['new.csv'], ledger: '/var/lib/forum/ledger.sqlite' });
 * console.log(summary.outcomes.matched);
 */
export async function rematch(
  options: RematchOptions,
  given: Surroundings = {},
  ports: RecordPorts & { readonly onlyEntries?: ReadonlySet<string> } = {},
): Promise<RunReport> {
  const around = surrounded(given);
  await requireApart(writtenBy(options), readBy(options, around));
  const services = await servicesOf(options, around);
  const isNamed = options.list !== undefined && options.list.length > 0;
  // Whoever names a new list asks what is on that; what is on the own list every scan tells.
  const supply = { ...options, alsoFingerprint: [], ...(isNamed && { useOwnList: false }) };
  const opened = await openAllLists(supply, around);
  const { allow, read } = opened;
  const { onlyEntries } = ports;
  const lists = onlyEntries ? onlyThese(opened.lists, onlyEntries) : opened.lists;
  const scanner = createScanner({
    views: 'none',
    ...scannerOptions(options, around.environment, (await pluginsOf(around)).algorithms),
    ...{ lists, allow },
    ...(services && { algorithms: services.algorithms(lists) }),
  });
  const notify = notifyConfig(around.config);
  const ledger = await needLedger(runContext(options, around), 'rematch');
  const guard = guardLedger(ledger, around.voice);
  const summary = emptySummary();
  for (const { unread } of read) summary.unreadListLines += unread;
  const started = monotonic();
  let asking: Asking | undefined;
  try {
    asking = await services?.open(scanner.allowance, true);
    const key = planKey(scanner, options, ['rematch'], asking?.identities);
    const lease = await leaseOfPlan(ledger, key, runContext(options, around));
    const sinks = await openSinks(options, around, ports);
    const messenger = await messengerOf(ledger, notify);
    messenger?.nudge(); // tells what an earlier run could not tell
    const plan = { command: 'rematch', key, tool: version } as const;
    const run = ledger.begin({ ...plan, lists: scanner.lists }, Date.now(), true, lease);
    const work: Rematch = { ledger, guard, run, scanner, sinks, messenger, summary, asking };
    await takeAll(work, options, around.signal);
    summary.seconds = (monotonic() - started) / 1000;
    summary.interrupted = around.signal.aborted;
    await sinks.commit(summary);
    return await conclude(work, read, options, around);
  } finally {
    ledger.close();
    await asking?.close();
    await scanner.close();
  }
}

/** Judges every remembered asset. Ends early where the caller aborts, and where nobody reads the outputs any more. */
async function takeAll(work: Rematch, options: RematchOptions, signal: AbortSignal): Promise<void> {
  const { ledger, guard, sinks, summary, asking } = work;
  const store = asking && answerStore(ledger, guard);
  for await (const some of withServices(judgedAgain(work), asking, signal, store))
    for (const { result } of some) {
      await take(result, work, options);
      // Lets pending signals and writes of outputs run once in a while.
      if (summary.found % 1000 === 0) await new Promise((next) => setImmediate(next));
      if (signal.aborted || !sinks.open) return;
    }
}

/** The results of all remembered assets, by the lists alone. */
async function* judgedAgain({ ledger, guard, scanner }: Rematch) {
  const all = ledger.assets.all();
  const next = () => guard.read(() => all.next(), undefined)?.value;
  for (let memories = next(); memories; memories = next()) {
    const maybe = scanner.screen(memories.map(({ asset }) => asset.hashes));
    for (let from = 0; from < memories.length; from += atOnce)
      yield memories
        .slice(from, from + atOnce)
        .map((memory, at) => ({ result: judgeAgain(memory, scanner, maybe[from + at]!) }));
  }
}

/** How many remembered assets are judged before their results are written. */
const atOnce = 256;

/** Counts a result, writes its record where that is asked for, and notes a match in the ledger. */
async function take(result: ScanResult, work: Rematch, { verbose, all }: RematchOptions): Promise<void> {
  const { guard, run, scanner, sinks, messenger, summary } = work;
  summary.found += 1;
  const at = new Date();
  const made = result.outcome === 'clear' && !all ? undefined : recordOf(result, scanner, run.id, at);
  const { attended, record } = attend(result, made, work);
  count(summary, result, attended);
  if (!record || (result.outcome !== 'matched' && !(result.outcome !== 'clear' && verbose) && !all)) return;
  await sinks.record(record);
  if (record.outcome !== 'matched') return;
  guard.write(() => run.detect(record, at.getTime()));
  messenger?.nudge();
}

/** Tells the targets, and notes in the ledger how the run ended. */
async function conclude(
  { ledger, guard, run, scanner, sinks, messenger, summary }: Rematch,
  lists: readonly LinesRead[],
  options: RematchOptions,
  { voice, signal }: Around,
): Promise<RunReport> {
  const notifyFailures = (await messenger?.finish()) ?? [];
  for (const line of notifyFailures) voice.say(`hashsieve: ${line}`, { level: 'error' });
  const conduct: ExitPolicy = {
    ...options,
    outputLost: sinks.broken,
    ledgerLost: guard.broken || ledger.damage.found > 0,
    untold: notifyFailures.length > 0,
    readerGone: !sinks.open,
    lists,
  };
  const complete = whyIncomplete(summary, conduct).length === 0;
  if (!signal.aborted && sinks.open) guard.write(() => ledger.end(run, summary, complete, Date.now()));
  const last = { ...conduct, ledgerLost: conduct.ledgerLost || guard.broken };
  return {
    scanId: run.id,
    summary,
    code: exitCodeOf(summary, last),
    why: whyIncomplete(summary, last),
    lists: scanner.lists,
  };
}

/**
 * Matches what is remembered of an asset against the lists. An asset whose fingerprints were never computed cannot be
 * called clear.
 */
function judgeAgain(
  memory: CacheEntry<'stored'> & { readonly asset: StoredAsset },
  scanner: Scanner,
  maybe: boolean,
): ScanResult {
  // An earlier run may have chosen other views and frames; the fingerprints that it made are valid nevertheless.
  const settings = { recipes: scanner.recipes, look: memory.look, tool: memory.tool };
  const lack = lackOf(memory, settings);
  if (!maybe && lack?.missing.length === 0) return unmatched(memory.asset, settings);
  const known = knownOf(memory, settings, lack);
  const asset = unpacked(memory.asset);
  const result = scanner.judge(restrictedTo(known?.asset ?? asset, settings));
  const { ref, facts, fingerprints, withheld, unread } = asset;
  if (unread || !known || known.missing.length === 0) return result;
  const message = `never computed: ${known.missing.join(', ')}; scan it again with this list`;
  const problem = { stage: 'fingerprint', code: 'not-computed', message } as const;
  if (result.outcome === 'matched') return { problem, ...result };
  return { outcome: 'skipped', ref, facts, fingerprints, withheld, reason: 'not-computed', message };
}
