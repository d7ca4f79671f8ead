import { isHalfRead, UsageError } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { commonOptions, readingOptions } from '../../options.js';

export const exportList: CommandSpec = {
  name: 'export',
  about: 'write lists in another format, in memory that does not grow with them',
  args: [{ name: '<list...>', about: 'list files in any format; - is standard input' }],
  options: [
    'exportFormat',
    'outputFile',
    'onlyAlgorithm',
    'onlyCategory',
    'onlySupplier',
    ...readingOptions,
    ...commonOptions,
  ],
  examples: [
    'hashsieve list export ncmec.xml --format jsonl -o ncmec.jsonl',
    'hashsieve list export known.jsonl --format hex --only-algorithm pdq --only-category csam,exploitative',
  ],
  run: runExport,
};

/** An empty file must not take the place of a list. */
class NothingLeft extends Error {}

async function runExport(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { requireListApart } = await import('../../../app/index.js');
  const { listWriters } = await import('../../../lists/index.js');
  const { gathering, listReader, tellOf, writeListFile } = await import('../../../app/index.js');
  const { algorithmNamed } = await import('../../../app/index.js');
  const { algorithmNames } = await import('../../../fingerprints/index.js');
  const { categories } = await import('../../../core/types.js');
  await requireListApart(values.outputFile, context);
  const algorithms = values.onlyAlgorithm?.map(algorithmNamed) ?? algorithmNames;
  const chosen = values.onlyCategory ?? categories;
  const unknown = chosen.find((name) => !categories.some((category) => category === name));
  if (unknown !== undefined) throw new UsageError(`--only-category: choose of ${categories.join(', ')}`);
  const suppliers = values.onlySupplier;
  const writer = listWriters[values.exportFormat as keyof typeof listWriters];
  const writes = (algorithm: string) => !('algorithms' in writer) || writer.algorithms.includes(algorithm);
  let written = 0;
  let unwritten = 0;
  let halfRead = false;
  const write = async (out: (text: string) => Promise<unknown>) => {
    const pieces = gathering(out);
    await pieces.add(writer.begin);
    for (const path of args) {
      const reader = listReader(path, context, { notes: true });
      for await (const batch of reader.entries())
        for (const entry of batch) {
          if (!chosen.includes(entry.labels.category)) continue;
          if (suppliers && !suppliers.includes(entry.labels.supplier ?? '')) continue;
          const hashes = entry.hashes.filter(({ algorithm }) =>
            algorithms.some((name) => name === algorithm),
          );
          const kept = hashes.filter(({ algorithm }) => writes(algorithm));
          unwritten += hashes.length - kept.length;
          if (kept.length === 0) continue;
          written += kept.length;
          await pieces.add(writer.entry({ ...entry, hashes: kept }));
        }
      tellOf(reader, values, terminal);
      halfRead ||= isHalfRead(reader.report().read);
      reader.requireEntries();
    }
    if (written === 0) throw new NothingLeft();
    await pieces.flush();
  };
  try {
    if (values.outputFile && values.outputFile !== '-') await writeListFile(values.outputFile, write);
    else await write((text) => terminal.write(text));
  } catch (error) {
    if (!(error instanceof NothingLeft)) throw error;
    terminal.say('hashsieve: no hash is left of what was chosen: nothing is written');
    return exitCodes.incomplete;
  }
  if (unwritten > 0)
    terminal.say(
      `warning: ${unwritten} hashes left out: ${values.exportFormat} has no place for their kinds`,
    );
  if (!values.quiet) terminal.say(`${written} hashes written`);
  return halfRead ? exitCodes.incomplete : exitCodes.clean;
}
