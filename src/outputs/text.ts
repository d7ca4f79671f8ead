import { matchCountOf } from '../core/event.js';
import type { Suppression } from '../core/types.js';
import { displayUri, printable } from '../core/uri.js';
import type { OutputFormat, OutputRecord } from './types.js';

/** For people: one line a result. */
export const text: OutputFormat = {
  extensions: ['txt', 'text', 'log'],
  about: 'one line a result, for people',
  create: ({ colour, verbose }) => {
    const paint = (code: number, word: string) => (colour ? `\u001b[${code}m${word}\u001b[0m` : word);
    return {
      begin: () => '',
      record: (record) => {
        if (record.outcome === 'matched' && record.suppressed)
          return `allowed ${describe(record)}${because(record.suppressed)}\n`;
        if (record.outcome === 'matched' && record.test)
          return `${paint(36, 'TEST   ')} ${describe(record)}\n`;
        if (record.outcome === 'matched') return `${paint(31, 'MATCH  ')} ${describe(record)}\n`;
        const line = `${displayUri(record.uri)}${record.code ? `: ${record.stage ? `${record.stage}/` : ''}${record.code}` : ''}`;
        const why = record.message ? ` (${printable(record.message)})` : '';
        if (record.outcome === 'failed') return `${paint(33, 'FAILED ')} ${line}${why}\n`;
        if (record.outcome === 'clear') return `clear   ${line}\n`;
        return verbose || record.code === 'unsupported-format' ? `skipped ${line}${why}\n` : '';
      },
      end: () => '',
    };
  },
};

const because = ({ list, entryId, reason, by, until }: Suppression): string =>
  `  suppressed by ${[`${list}#${entryId}`, reason, by, until && `until ${until}`]
    .filter((part) => part !== undefined)
    .map((part) => printable(part!))
    .join(', ')}`;

function describe(record: Extract<OutputRecord, { outcome: 'matched' }>): string {
  const { best } = record;
  const page = record.page === undefined ? '' : ` (on ${displayUri(record.page)})`;
  const where =
    displayUri(record.uri) + page + (record.frame === undefined ? '' : ` (frame ${record.frame})`);
  const grade = [best.category, best.classification].filter(Boolean).map((word) => printable(word!));
  const sure = best.band === 'possible' ? '  possible only' : '';
  const seen = best.view === undefined || best.view === 'upright' ? '' : ` (${best.view})`;
  const unread = record.problem ? `  not read whole: ${record.problem.stage}/${record.problem.code}` : '';
  const more = matchCountOf(record) - 1;
  return (
    `${where}  ${best.algorithm} distance ${best.distance} of ${best.threshold}${seen}${sure}  ` +
    `${printable(best.list)}#${printable(best.entryId)} (${grade.join(' ')})${more > 0 ? `  +${more} more` : ''}${unread}`
  );
}
