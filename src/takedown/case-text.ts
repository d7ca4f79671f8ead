import { displayUri, printable, type Voice } from '../core/index.js';
import { isOfMinor, minorWarning, type TakedownCase } from './case.js';
import { bothClocks, remaining } from './clock.js';

/** One line: number, state, time left. */
export function caseLine(one: TakedownCase, now = Date.now()): string {
  const open = one.copies.filter(({ mark }) => !mark).length;
  const state =
    one.state === 'open' ? remaining(one.due, now) : `${one.state} by ${printable(one.ended!.by)}`;
  const missing = one.search === undefined ? '  NOT SEARCHED YET' : '';
  return `${one.id}  ${one.law}  ${one.category}  due ${bothClocks(one.due)}  ${state}  ${one.copies.length} copies, ${open} to act on${missing}\n`;
}

/** Everything about a case, for a person. Holds no hash. */
export function caseText(one: TakedownCase, now = Date.now()): string {
  const { id, entries, linked, search, isListed } = one;
  const lines = [
    `case ${caseLine(one, now).trimEnd()}`,
    `received ${bothClocks(Date.parse(one.received))}, opened by ${printable(one.openedBy)}`,
    isListed
      ? `on your own list as ${entries
          .map((entry) => entry.id)
          .slice(0, 5)
          .join(
            ', ',
          )}${entries.length > 5 ? `, and ${entries.length - 5} more` : ''}: every scan finds it again and names it`
      : `its looks are NOT on your own list${one.state === 'withdrawn' ? ' any more' : `: hashsieve takedown search --case ${id}`}`,
    ...(linked.length > 0 ? [`the same picture as in case ${linked.join(', ')}`] : []),
    search
      ? `searched: ${search.looked} files that the ledger knows${search.complete ? '' : ', NOT ALL of which could be compared: see above'}`
      : `not searched yet: hashsieve takedown search --case ${id}`,
    ...copyLines(one, 'identical', 'identical'),
    ...copyLines(one, 'similar', 'substantially the same'),
  ];
  return `${lines.join('\n')}\n`;
}

function copyLines({ copies }: TakedownCase, kind: string, title: string): string[] {
  const some = [...copies.entries()].filter(([, copy]) => copy.kind === kind);
  const lines = some.map(([at, copy]) => {
    const { algorithm, distance, threshold, expectedByChance: expected, view, mark } = copy;
    const how =
      view === undefined
        ? `the same bytes (${algorithm})`
        : `${algorithm} distance ${distance} of ${threshold}, ${view}, by chance ${expected?.toExponential(1) ?? '?'} in a million pictures`;
    const sure = copy.band === 'possible' ? ', possible only: look at it' : '';
    const public_ = copy.url === undefined ? '' : `  public: ${displayUri(copy.url)}`;
    const said = mark ? `  [${mark.as}, ${printable(mark.by)}, ${new Date(mark.at).toISOString()}]` : '';
    return `  ${at + 1}  ${displayUri(copy.uri)}${public_}  ${how}${sure}${said}`;
  });
  return [`${title}: ${some.length}`, ...lines];
}

/** A case as JSON, without hashes. */
export const caseJson = ({ entries, copies, due, ...rest }: TakedownCase) => ({
  schema: 'hashsieve/takedown/1',
  ...rest,
  due: new Date(due).toISOString(),
  entries: entries.map(({ id }) => id),
  copies: copies.map(({ sha256: _, ...copy }, at) => ({ number: at + 1, ...copy })),
});

/** Says loudly what a case of a minor asks for. */
export function warnOfMinor(one: TakedownCase, voice: Voice): void {
  if (isOfMinor(one)) voice.say(`hashsieve: ${one.id}: ${minorWarning}`, { level: 'error' });
}
