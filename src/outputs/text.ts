import { displayUri, matchCountOf, nearnessOf, printable } from '../core/index.js';
import type { Acknowledged, Decided, Suppression } from '../core/types.js';
import type { Palette } from './palette.js';
import type { OutputFormat, OutputRecord } from './types.js';

/** For people: one line for each result. */
export const text: OutputFormat = {
  extensions: ['txt', 'text', 'log'],
  about: 'one line a result, for people',
  create: ({ palette, verbose }) => ({
    begin: () => '',
    record: (record) => {
      if (record.outcome === 'matched')
        return `${verdict(record, palette)} ${describe(record, palette)}${because(record.suppressed)}${decidedText(record.decided)}${acknowledgedText(record.acknowledged)}\n`;
      const code = record.code ? `: ${record.stage ? `${record.stage}/` : ''}${record.code}` : '';
      const why =
        (record.message ? ` (${printable(record.message)})` : '') + acknowledgedText(record.acknowledged);
      const line = `${palette.place(displayUri(record.uri))}${code}`;
      if (record.outcome === 'failed') return `${palette.failure('FAILED ')} ${line}${why}\n`;
      if (record.outcome === 'clear') return `${palette.aside('clear  ')} ${line}\n`;
      const isShown = verbose || record.code === 'unsupported-format';
      return isShown ? `${palette.aside('skipped')} ${line}${why}\n` : '';
    },
    end: () => '',
  }),
};

type Matched = Extract<OutputRecord, { outcome: 'matched' }>;

function verdict({ suppressed, test, best, decided }: Matched, palette: Palette): string {
  if (suppressed) return palette.aside('allowed');
  if (decided && decided.rings === undefined) return palette.aside('handled');
  if (test) return palette.test('TEST   ');
  return best.band === 'possible' ? palette.possible('MATCH  ') : palette.alarm('MATCH  ');
}

function because(suppressed: Suppression | undefined): string {
  if (!suppressed) return '';
  const { list, entryId, reason, by, until } = suppressed;
  const parts = [`${list}#${entryId}`, reason, by, until && `until ${until}`];
  return `  suppressed by ${parts
    .filter((part) => part !== undefined)
    .map(printable)
    .join(', ')}`;
}

function decidedText(decided: Decided | undefined): string {
  if (!decided) return '';
  const { decision, by, at, report, rings } = decided;
  const number = report === undefined ? '' : `, report ${printable(report)}`;
  const again = rings === 'list-changed' ? '; the list says something else since' : '';
  return `  decided: ${decision.replaceAll('-', ' ')}, by ${printable(by)}, ${at.slice(0, 10)}${number}${again}`;
}

const acknowledgedText = (said: Acknowledged | undefined): string =>
  said
    ? `  acknowledged by ${printable(said.by)} until ${said.until.slice(0, 10)}: ${printable(said.note)}`
    : '';

function describe(record: Matched, palette: Palette): string {
  const { best } = record;
  const page = record.page === undefined ? '' : ` (on ${displayUri(record.page)})`;
  const where =
    palette.place(displayUri(record.uri)) +
    page +
    (record.frame === undefined ? '' : ` (frame ${record.frame})`);
  const grade = [best.category, best.classification].filter(Boolean).map((word) => printable(word!));
  const sure = best.band === 'possible' ? `  ${palette.possible('possible only')}` : '';
  const seen = best.view === undefined || best.view === 'upright' ? '' : ` (${best.view})`;
  const { problem } = record;
  const unread = problem ? `  ${palette.failure('not read whole')}: ${problem.stage}/${problem.code}` : '';
  const more = matchCountOf(record) - 1;
  const [video] = record.videos ?? [];
  const share = video
    ? `  ${video.isSame ? 'same video' : 'single frames of video'} ${printable(video.list)}#${printable(video.id)} ` +
      `(${video.queryPercent} % of this one, ${video.listedPercent} % of the listed one)`
    : '';
  return (
    `${where}  ${best.algorithm} ${nearnessOf(best)}${seen}${sure}  ` +
    `${printable(best.list)}#${printable(best.entryId)} (${grade.join(' ')})${more > 0 ? `  +${more} more` : ''}${share}${unread}`
  );
}
