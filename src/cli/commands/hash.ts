import { addressOf, count, displayUri, emptySummary, isUnseen, printable } from '../../core/index.js';
import type { ScanResult } from '../../core/types.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodeOf } from '../exit-codes.js';
import { commonOptions, insideOptions, limitOptions, sourceOptions } from '../options.js';

export const hash: CommandSpec = {
  name: 'hash',
  about: 'print fingerprints of pictures; --list and match read what it writes',
  args: [{ name: '[target...]', about: 'files, directories and http(s) URLs' }],
  options: [
    'algorithms',
    'views',
    ...sourceOptions,
    ...insideOptions,
    ...limitOptions,
    'output',
    'format',
    'allowEmpty',
    'allowUnsupported',
    'allowDegraded',
    ...commonOptions,
  ],
  examples: ['hashsieve hash ./uploads --algorithm pdq,phash,dhash,blockhash,md5,sha1,sha256 --format csv'],
  run: runHash,
};

const defaults = ['pdq', 'sha256'];

async function runHash(context: CommandContext): Promise<number> {
  const { values, terminal, signal } = context;
  const { openSources } = await import('../../app/index.js');
  const { algorithmNamed, insideOf, scannerOptions } = await import('../../app/index.js');
  const { openText } = await import('../../app/index.js');
  const { requireEquipment } = await import('../../app/index.js');
  const { ownFilesOf } = await import('../../app/index.js');
  const { ledgerPathOf, readBy, writtenBy } = await import('../../app/index.js');
  const { requireApart } = await import('../../app/index.js');
  const { createScanner } = await import('../../scanner/index.js');
  const { fingerprintFormats, fingerprintRecords } = await import('../../outputs/index.js');

  const algorithms = (values.algorithms ?? defaults).map(algorithmNamed);
  const sources = await openSources(context.args, values, process.cwd(), signal);
  await requireApart(writtenBy(values), [...readBy(context), ...sources.named]);
  const options = scannerOptions(values, process.env);
  requireEquipment(algorithms);
  const outputs = await openText(values, terminal);
  const own = await ownFilesOf(values, { ledger: ledgerPathOf(context), thorough: sources.hasLinks });
  const scanner = createScanner({
    views: 'none',
    ...options,
    inside: insideOf(values),
    algorithms,
    side: 'list',
  });
  const summary = emptySummary();
  let first = true;
  const tell = ({ ref, ...result }: Told) => {
    const uri = displayUri(addressOf(ref));
    if (result.outcome === 'failed')
      terminal.say(
        `hashsieve: ${uri}: failed: ${result.stage}/${result.code} (${printable(result.message)})`,
      );
    else if (!values.quiet || isUnseen(result.reason))
      terminal.say(`hashsieve: ${uri}: skipped: ${result.reason} (${printable(result.message)})`);
  };
  try {
    await outputs.write((format) => fingerprintFormats[format].begin);
    for await (const item of scanner.fingerprint(own.without(sources.source), signal)) {
      summary.found += 1;
      // Without lists nothing matches: it ends as a scan of it would that finds nothing.
      const result = 'outcome' in item ? item : scanner.judge(item);
      count(summary, result);
      if (result.outcome === 'failed' || result.outcome === 'skipped') tell(result);
      if ('outcome' in item) continue;
      // What cannot be decoded is not poor in information: nobody knows what it holds.
      const asset = result.outcome === 'failed' ? { ...item, withheld: [] } : item;
      for (const record of fingerprintRecords(asset, addressOf(item.ref), algorithms)) {
        const isFirst = first;
        first = false;
        await outputs.write((format) => fingerprintFormats[format].record(record, isFirst));
      }
      if (!outputs.open) break;
    }
  } finally {
    await outputs.write((format) => fingerprintFormats[format].end);
    await outputs.commit();
    await scanner.close();
  }
  summary.interrupted = signal.aborted;
  if (summary.found === 0 && !values.allowEmpty) terminal.say('hashsieve: nothing was found to hash');
  return exitCodeOf(summary, { ...values, outputLost: outputs.broken, readerGone: !outputs.open });
}

type Told = Extract<ScanResult, { outcome: 'failed' | 'skipped' }>;
