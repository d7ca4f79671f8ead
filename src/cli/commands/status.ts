import type { LedgerStatus } from '../../app/index.js';
import { exitCodes, printable } from '../../core/index.js';
import { commonOptions, ledgerOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve status`. */
export const status: CommandSpec = {
  name: 'status',
  about: 'tell how things stand: last runs, what waits for a person, notices, what could not be read',
  options: ['list', 'findingsFormat', 'check', ...ledgerOptions, ...commonOptions],
  examples: ['hashsieve status', 'hashsieve status --check --quiet', 'hashsieve status --format json'],
  run: runStatus,
};

/** Returns 0; with `--check` 10 where something waits for a person. */
async function runStatus(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { ledgerStatus } = await import('../../app/index.js');
  const found = await ledgerStatus(values, context);
  const text = values.findingsFormat === 'json' ? `${JSON.stringify(found, null, 2)}\n` : statusText(found);
  if (!values.quiet || values.findingsFormat === 'json') await terminal.write(text);
  return values.check && found.isDue ? exitCodes.match : exitCodes.clean;
}

function statusText({ runs, detections, open, waiting, ...more }: LedgerStatus): string {
  const told = Object.entries(waiting).map(([target, count]) => `${printable(target)} ${count}`);
  const lines = [
    'Runs, newest first:',
    ...runs.map(
      ({ command, startedAt, hasEnded, isComplete }) =>
        `  ${new Date(startedAt).toISOString()}  ${printable(command)}  ` +
        (isComplete ? 'complete' : hasEnded ? 'NOT COMPLETE' : 'interrupted, or going on'),
    ),
    ...(runs.length === 0 ? ['  none'] : []),
    `Detections ${detections.total}: open ${detections.open}, decided ${detections.decided} ` +
      `(handled ${detections.handled}, not a match ${detections.notAMatch}), drafted ${detections.drafted}, filed ${detections.filed}`,
    ...open.slice(0, 10).map((id) => `  open: ${printable(id)}`),
    ...(open.length > 0 ? ['  hashsieve decide EVENT --as NAME --decision … (docs/decisions.md)'] : []),
    ...(more.takedown.open > 0
      ? [`Take-down cases open ${more.takedown.open}, due or late ${more.takedown.pressing.length}`]
      : []),
    ...more.takedown.pressing
      .slice(0, 10)
      .map(
        ({ id, due }) =>
          `  DUE ${due}: case ${printable(id)} (hashsieve takedown show --case ${printable(id)})`,
      ),
    `Notices that wait: ${told.length > 0 ? `${told.join(', ')} (hashsieve notify)` : 'none'}`,
    `Could not be read: ${more.unread}, and ${more.acknowledged} acknowledged`,
    ...Object.entries(more.listDays).map(
      ([path, days]) => `List ${printable(path)}: ${days === null ? 'CANNOT BE READ' : `${days} days old`}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
