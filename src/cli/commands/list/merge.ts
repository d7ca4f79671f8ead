import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { isHalfRead, UsageError } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { commonOptions, readingOptions } from '../../options.js';

export const merge: CommandSpec = {
  name: 'merge',
  about: 'write several lists as one (JSON lines); what two of them say alike is written once',
  args: [{ name: '<list...>', about: 'list files in any format' }],
  options: ['outputFile', ...readingOptions, ...commonOptions],
  examples: ['hashsieve list merge ncmec.xml iwf.csv own.jsonl -o all.jsonl'],
  run: runMerge,
};

async function runMerge(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { requireListApart } = await import('../../../app/index.js');
  const { jsonLines } = await import('../../../lists/index.js');
  const { LatestByKey } = await import('../../../lists/index.js');
  const { gathering, listReader, tellOf, writeListFile } = await import('../../../app/index.js');
  if (!values.outputFile) throw new UsageError('say where the list goes with -o FILE');
  await requireListApart(values.outputFile, context);
  let read = 0;
  let written = 0;
  let halfRead = false;
  const merged = new LatestByKey<{ key: string; text: string }>();
  try {
    for (const path of args) {
      const reader = listReader(path, context, { notes: true });
      for await (const batch of reader.entries())
        for (const entry of batch) {
          read++;
          // An entry without an id is named after its line, and two files have a line 7.
          const id = entry.id ?? `${basename(path, extname(path))}-line-${entry.line}`;
          const text = jsonLines({ ...entry, id });
          // Entries without ids are the same where all else is.
          const same = entry.id === undefined ? jsonLines({ ...entry, id: '' }) : text;
          await merged.add({ key: createHash('sha256').update(same).digest('base64url'), text });
        }
      tellOf(reader, values, terminal);
      halfRead ||= isHalfRead(reader.report().read);
      reader.requireEntries();
    }
    await writeListFile(values.outputFile, async (out) => {
      const pieces = gathering(out);
      for await (const { text } of merged.standing()) {
        written++;
        await pieces.add(text);
      }
      await pieces.flush();
    });
  } finally {
    await merged.close();
  }
  if (!values.quiet) terminal.say(`${written} entries written, ${read - written} repeats left out`);
  return halfRead ? exitCodes.incomplete : exitCodes.clean;
}
