import { type ListFacts, printable, type Summary } from '../core/index.js';

/** What of a finished run the counts do not tell. */
export interface RunFacts {
  readonly code: number;
  /** As `whyIncomplete` has it. */
  readonly complete: boolean;
  /** Assets that were not read again. */
  readonly reused: number;
  /** The hash lists, and the allow lists. */
  readonly lists: { readonly lists: readonly ListFacts[]; readonly allow: readonly ListFacts[] };
}

/** Which plan it was, when it ended, and when a run of it last was complete. */
export interface MetricsAbout {
  readonly plan: string;
  readonly now: Date;
  readonly last: Date | undefined;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

const successName = 'last_success_timestamp_seconds';

/**
 * What node_exporter's textfile collector reads (Prometheus text exposition format 0.0.4). Every series carries the name
 * of the plan: of two files with the same series the collector keeps one.
 */
export function metricsText(
  summary: Summary,
  { code, complete, reused, lists: { lists, allow } }: RunFacts,
  { plan, now, last }: MetricsAbout,
): string {
  const lines: string[] = [];
  const metric = (name: string, help: string, samples: readonly Sample[]) => {
    if (samples.length === 0) return;
    lines.push(`# HELP hashsieve_${name} ${help}`, `# TYPE hashsieve_${name} gauge`);
    for (const [series, value] of summed(samples, name, plan)) lines.push(`${series} ${value}`);
  };
  const by = (label: string, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([key, value]): Sample => [{ [label]: key }, value]);
  const one = (value: number): Sample[] => [[{}, value]];
  metric('found', 'Assets found by the last run.', one(summary.found));
  metric('assets', 'Assets of the last run by outcome.', by('outcome', summary.outcomes));
  metric('matches', 'Matched assets of the last run by category.', by('category', summary.categories));
  metric('failures', 'Failed assets of the last run by stage and code.', by('code', summary.failed));
  metric('skips', 'Skipped assets of the last run by reason.', by('reason', summary.skipped));
  metric('reused', 'Assets matched without being read again.', one(reused));
  metric('bytes', 'Size of the assets of the last run.', one(summary.bytes));
  metric('run_seconds', 'Duration of the last run.', one(summary.seconds));
  metric('run_complete', '1 when the last run was complete.', one(complete ? 1 : 0));
  metric('run_exit_code', 'Exit code of the last run.', one(code));
  metric('last_run_timestamp_seconds', 'When the last run ended.', one(seconds(now)));
  metric(successName, 'When a run last ended that was complete.', last ? one(seconds(last)) : []);
  metric(
    'list_entries',
    'Hashes of a list that can be matched.',
    lists.map(({ name, entries }): Sample => [{ list: name }, entries]),
  );
  metric('list_unread_lines', 'Lines of a list, or an allow list, that could not be read.', [
    ...lists.flatMap(({ name, read }): Sample[] => (read ? [[{ list: name }, read.unread]] : [])),
    ...allow.flatMap(({ name, read }): Sample[] => (read ? [[{ allow: name }, read.unread]] : [])),
  ]);
  const dated = lists.flatMap(({ name, updatedAt }) => (updatedAt ? [{ list: name, updatedAt }] : []));
  metric(
    'list_updated_timestamp_seconds',
    'When a list was synced, or its file written.',
    dated.map(({ list, updatedAt }): Sample => [{ list }, seconds(updatedAt)]),
  );
  metric(
    'list_age_seconds',
    'Time between that and the end of the last run.',
    dated.map(({ list, updatedAt }): Sample => [{ list }, Math.max(0, seconds(now) - seconds(updatedAt))]),
  );
  return `${lines.join('\n')}\n`;
}

/** When a run of the plan last was complete, by the text of an earlier run; one of an older version names no plan. */
export function lastSuccessIn(text: string, plan: string): Date | undefined {
  const names = [seriesOf(successName, plan, {}), `hashsieve_${successName}`].map((name) => `${name} `);
  for (const line of text.split('\n')) {
    const name = names.find((start) => line.startsWith(start));
    const value = name === undefined ? '' : line.slice(name.length);
    if (/^\d+(\.\d+)?$/.test(value)) return new Date(Number(value) * 1000);
  }
  return undefined;
}

const seconds = (time: Date): number => time.getTime() / 1000;

/** Values by series: one that is there twice, because two allow lists have one name, would cost the whole file. */
function summed(samples: readonly Sample[], name: string, plan: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const [labels, value] of samples) {
    const series = seriesOf(name, plan, labels);
    values.set(series, (values.get(series) ?? 0) + value);
  }
  return values;
}

const seriesOf = (name: string, plan: string, labels: Labels): string => {
  const pairs = Object.entries({ plan, ...labels }).map(
    ([label, value]) => `${label}="${printable(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
  );
  return `hashsieve_${name}{${pairs.join(',')}}`;
};
