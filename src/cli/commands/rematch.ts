import {
  count,
  emptySummary,
  knownOf,
  lackOf,
  monotonic,
  type Remembered,
  type StoredAsset,
  seenBy,
  unmatched,
  unpacked,
  whyIncomplete,
} from '../../core/index.js';
import type { ScanResult } from '../../core/types.js';
import { version } from '../../files/index.js';
import type { Scanner } from '../../scanner/index.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodeOf, exitCodes } from '../exit-codes.js';
import { commonOptions, ledgerOptions, listOptions } from '../options.js';

export const rematch: CommandSpec = {
  name: 'rematch',
  about: 'compare everything that was ever scanned with a new list, without touching a picture',
  options: [
    ...listOptions,
    'allow',
    'maxListAge',
    'threshold',
    'pdqVariant',
    'output',
    'format',
    'theme',
    'all',
    'showHashes',
    'fail',
    'allowEmpty',
    'allowUnsupported',
    'allowDegraded',
    ...ledgerOptions,
    ...commonOptions,
  ],
  examples: ['hashsieve rematch --list new.csv -o events.jsonl'],
  run: runRematch,
};

async function runRematch(context: CommandContext): Promise<number> {
  const { values, terminal, signal } = context;
  const { openAllLists } = await import('../../app/index.js');
  const { paletteOf } = await import('../colours.js');
  const { readBy, writtenBy } = await import('../../app/index.js');
  const { requireApart } = await import('../../app/index.js');
  const { openSinks } = await import('../../app/index.js');
  const { scannerOptions } = await import('../../app/index.js');
  const { createScanner } = await import('../../scanner/index.js');
  const { saySummary } = await import('../summary-text.js');
  const { needLedger } = await import('../../runs/index.js');
  const { guardLedger } = await import('../../runs/index.js');
  const { messengerOf } = await import('../../runs/index.js');
  const { planKey } = await import('../../runs/index.js');
  const { notifyConfig } = await import('../../config/index.js');
  const { recordOf } = await import('../../runs/index.js');

  await requireApart(writtenBy(values), readBy(context));
  const { lists, allow, read } = await openAllLists(values, terminal, signal);
  const scanner = createScanner({ views: 'none', ...scannerOptions(values, process.env), lists, allow });
  const notify = notifyConfig(context.config);
  const ledger = await needLedger(context, 'rematch');
  const guard = guardLedger(ledger, terminal);
  const summary = emptySummary();
  for (const { unread } of read) summary.unreadListLines += unread;
  const started = monotonic();
  try {
    const colours = await paletteOf(terminal, 'stderr', values.theme);
    const palette = await paletteOf(terminal, 'stdout', values.theme);
    const sinks = await openSinks({ ...values, signal, palette }, terminal);
    const messenger = await messengerOf(ledger, notify);
    messenger?.nudge(); // what an earlier run could not tell
    const plan = { command: 'rematch', key: planKey(scanner, values, ['rematch']), tool: version } as const;
    const run = ledger.begin({ ...plan, lists: scanner.lists }, Date.now(), true);
    const take = async (result: ScanResult) => {
      summary.found += 1;
      count(summary, result);
      if (result.outcome !== 'matched' && !(result.outcome !== 'clear' && values.verbose) && !values.all)
        return;
      const at = new Date();
      const record = recordOf(result, scanner, run.id, at);
      await sinks.record(record);
      if (record.outcome !== 'matched') return;
      guard.write(() => run.detect(record, at.getTime()));
      messenger?.nudge();
    };
    const all = ledger.assets.all();
    const next = () => guard.read(() => all.next(), undefined)?.value;
    for (let memories = next(); memories; memories = next()) {
      const maybe = scanner.screen(memories.map(({ asset }) => asset.hashes));
      for (const [at, memory] of memories.entries()) {
        await take(judgeAgain(memory, scanner, maybe[at]!));
        // Once in a while the signals and the outputs get their turn.
        if (summary.found % 1000 === 0) await new Promise((next) => setImmediate(next));
        if (signal.aborted || !sinks.open) break;
      }
      if (signal.aborted || !sinks.open) break;
    }
    summary.seconds = (monotonic() - started) / 1000;
    summary.interrupted = signal.aborted;
    await sinks.commit(summary);
    const untold = (await messenger?.finish()) ?? [];
    for (const line of untold) terminal.say(`hashsieve: ${line}`, { level: 'error' });
    const conduct = {
      ...values,
      outputLost: sinks.broken,
      ledgerLost: guard.broken || ledger.damage.found > 0,
      untold: untold.length > 0,
      readerGone: !sinks.open,
      lists: read,
    };
    const complete = whyIncomplete(summary, conduct).length === 0;
    if (!signal.aborted && sinks.open) guard.write(() => ledger.end(run, summary, complete, Date.now()));
    const last = { ...conduct, ledgerLost: conduct.ledgerLost || guard.broken };
    const code = exitCodeOf(summary, last);
    if (!values.quiet || code !== exitCodes.clean)
      saySummary(terminal, summary, {
        scanId: run.id,
        code,
        why: whyIncomplete(summary, last),
        lists: scanner.lists,
        colours,
      });
    return code;
  } finally {
    ledger.close();
    await scanner.close();
  }
}

/** What is remembered of an asset, against the lists. What was never computed cannot be called clear. */
function judgeAgain(
  memory: Remembered & { readonly asset: StoredAsset },
  scanner: Scanner,
  maybe: boolean,
): ScanResult {
  // Views and frames may have been chosen otherwise at the time: what was made of them still is the asset's.
  const craft = { recipes: scanner.recipes, look: memory.look, tool: memory.tool };
  const lack = lackOf(memory, craft);
  if (!maybe && lack?.missing.length === 0) return unmatched(memory.asset, craft);
  const known = knownOf(memory, craft, lack);
  const asset = unpacked(memory.asset);
  const result = scanner.judge(seenBy(known?.asset ?? asset, craft));
  const { ref, facts, fingerprints, withheld, unread } = asset;
  if (unread || !known || known.missing.length === 0) return result;
  const message = `never computed: ${known.missing.join(', ')}; scan it again with this list`;
  const problem = { stage: 'fingerprint', code: 'not-computed', message } as const;
  if (result.outcome === 'matched') return { problem, ...result };
  return { outcome: 'skipped', ref, facts, fingerprints, withheld, reason: 'not-computed', message };
}
