import { addressOf } from '../../core/event.js';
import { displayUri, printable } from '../../core/uri.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodes } from '../exit-codes.js';
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
    ...commonOptions,
  ],
  examples: ['hashsieve hash ./uploads --algorithm pdq,phash,dhash,blockhash,md5,sha1,sha256 --format csv'],
  run: runHash,
};

const defaults = ['pdq', 'sha256'];

async function runHash(context: CommandContext): Promise<number> {
  const { values, terminal, signal } = context;
  const { openSources } = await import('../sources.js');
  const { algorithmNamed, insideOf, scannerOptions } = await import('../plan.js');
  const { openText } = await import('../sinks.js');
  const { ownFilesOf } = await import('../own-files.js');
  const { ledgerPathOf, readBy, writtenBy } = await import('../run-files.js');
  const { requireApart } = await import('../written-files.js');
  const { createScanner } = await import('../../scanner.js');
  const { fingerprintFormats, fingerprintRecords } = await import('../../outputs/fingerprints.js');

  const algorithms = (values.algorithms ?? defaults).map(algorithmNamed);
  const sources = await openSources(context.args, values, process.cwd(), signal);
  await requireApart(writtenBy(values), [...readBy(context), ...sources.named]);
  const options = scannerOptions(values);
  const outputs = await openText(values, terminal);
  const own = await ownFilesOf(values, { ledger: ledgerPathOf(context), thorough: sources.hasLinks });
  const scanner = createScanner({ ...options, inside: insideOf(values), algorithms, side: 'list' });
  let found = 0;
  let missed = 0;
  let first = true;
  const tell = (uri: string, what: string) => {
    if (!values.quiet || !what.startsWith('skipped')) terminal.say(`hashsieve: ${displayUri(uri)}: ${what}`);
  };
  try {
    await outputs.write((format) => fingerprintFormats[format].begin);
    for await (const item of scanner.fingerprint(own.without(sources.source), signal)) {
      found += 1;
      const uri = addressOf(item.ref);
      if ('outcome' in item) {
        if (item.outcome === 'failed') missed += 1;
        if (item.outcome === 'failed')
          tell(uri, `failed: ${item.stage}/${item.code} (${printable(item.message)})`);
        if (item.outcome === 'skipped') tell(uri, `skipped: ${item.reason}`);
        continue;
      }
      if (item.unread) {
        const { unread } = item;
        if (unread.kind === 'failed') missed += 1;
        const code = unread.kind === 'failed' ? `${unread.stage}/${unread.code}` : unread.reason;
        tell(uri, `${unread.kind}: ${code} (${printable(unread.message)})`);
      }
      for (const record of fingerprintRecords(item, uri, algorithms)) {
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
  if (signal.aborted) return exitCodes.interrupted;
  if (found === 0 && !values.allowEmpty) terminal.say('hashsieve: nothing was found to hash');
  const complete = missed === 0 && !outputs.broken && (found > 0 || values.allowEmpty === true);
  return complete ? exitCodes.clean : exitCodes.incomplete;
}
