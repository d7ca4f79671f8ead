import { type ListFacts, printable, type Summary } from '../core/index.js';

/** Facts of a finished run that its counts do not hold. */
export interface RunFacts {
  readonly code: number;
  /** True where `whyIncomplete` finds nothing lacking. */
  readonly complete: boolean;
  /** Number of assets whose stored fingerprints were used, so that they were not read again. */
  readonly reused: number;
  /** The hash lists and the allow lists of the run. */
  readonly lists: { readonly lists: readonly ListFacts[]; readonly allow: readonly ListFacts[] };
}

/** Name of the plan, when its run ended, and when one of its runs was last complete. */
export interface MetricsAbout {
  readonly plan: string;
  readonly now: Date;
  readonly last: Date | undefined;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

const successName = 'last_success_timestamp_seconds';

/**
 * Writes metrics for the textfile collector of node_exporter (Prometheus text exposition format 0.0.4). Every series
 * carries the plan's name, because the collector keeps only one of two equal series from different files.
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
  metric('handled', 'Matched assets of the last run of which a person decided before.', one(summary.handled));
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

/**
 * When a run of this plan was last complete, according to the metrics of an earlier run. Metrics of an older version,
 * which name no plan, count as this plan's.
 */
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

/**
 * Adds up values of equal series: two allow lists may have the same name, and a repeated series makes the collector
 * reject the whole file.
 */
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
