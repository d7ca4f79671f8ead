import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { reasonOf } from '../config/config.js';
import { UsageError } from '../core/errors.js';
import type { LinesRead } from '../core/hash-list.js';
import type { Summary } from '../core/summary.js';
import type { ListIdentity } from '../core/types.js';
import { printable } from '../core/uri.js';
import type { Voice } from '../core/voice.js';
import { updatedAt } from '../exchanges/state.js';
import { type OutputPlace, placeOf } from '../files/place.js';
import { isTaken, partOf, removeStaleParts } from '../files/whole-file.js';

/** What monitoring sees of a run: files that are replaced whole. */
export interface Watch {
  /** Called for every result; writes now and then, and only then there is something to wait for. */
  beat(summary: Summary): Promise<void> | undefined;
  /** @param clean complete: everything that was found got an answer. */
  end(summary: Summary, facts: RunFacts): Promise<void>;
}

export interface RunFacts {
  readonly code: number;
  readonly clean: boolean;
  readonly reused: number;
  /** How much was read of each list, where that is known. */
  readonly read: readonly (LinesRead & { readonly name: string })[];
}

interface Heartbeat {
  readonly state: 'running' | 'ended';
  readonly pid: number;
  readonly startedAt: string;
  readonly beatAt: string;
  /** When a run last ended that gave an answer to everything it found; kept from run to run. */
  readonly lastSuccess: string | null;
  readonly exitCode?: number;
  readonly found: number;
  readonly outcomes: Summary['outcomes'];
}

/** Where monitoring looks. */
export interface WatchOptions {
  readonly heartbeat?: string | undefined;
  readonly metrics?: string | undefined;
  /** Paths of the lists. */
  readonly list?: readonly string[] | undefined;
}

const beatEveryMs = 10_000;

/** Prepares the files that `--heartbeat` and `--metrics` name. Raises UsageError where one cannot be written. */
export async function openWatch(
  values: WatchOptions,
  lists: readonly ListIdentity[],
  terminal: Voice,
): Promise<Watch> {
  const heartbeat = await watchPlace('heartbeat', values.heartbeat);
  const metrics = await watchPlace('metrics', values.metrics);
  if (heartbeat && heartbeat.kind === 'file' && heartbeat.path === metrics?.path)
    throw new UsageError(`--heartbeat and --metrics name the same file: ${printable(heartbeat.path)}`);
  const started = new Date();
  let last = await lastSuccess(heartbeat?.path, metrics?.path);
  let next = started.getTime() + beatEveryMs;
  const write = async (
    state: Heartbeat['state'],
    summary: Pick<Summary, 'found' | 'outcomes'>,
    code?: number,
  ) => {
    if (heartbeat === undefined) return;
    const content: Heartbeat = {
      state,
      pid: process.pid,
      startedAt: started.toISOString(),
      beatAt: new Date().toISOString(),
      lastSuccess: last?.toISOString() ?? null,
      ...(code === undefined ? {} : { exitCode: code }),
      found: summary.found,
      outcomes: summary.outcomes,
    };
    await replace(heartbeat, `${JSON.stringify(content)}\n`);
  };
  const attempt = async (name: string, step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      terminal.say(`hashsieve: ${name} cannot be written: ${reasonOf(error)}`);
    }
  };
  for (const place of [heartbeat, metrics])
    if (place?.kind === 'file') await removeStaleParts(place.path).catch(() => {}); // writing says what is wrong
  try {
    await write('running', { found: 0, outcomes: { matched: 0, clear: 0, skipped: 0, failed: 0 } });
  } catch (error) {
    throw new UsageError(
      `heartbeat ${printable(values.heartbeat ?? '')} cannot be written: ${reasonOf(error)}`,
    );
  }
  return {
    beat(summary) {
      if (heartbeat === undefined || Date.now() < next) return undefined;
      next = Date.now() + beatEveryMs;
      return attempt('the heartbeat', () => write('running', summary));
    },
    async end(summary, facts) {
      const now = new Date();
      if (facts.clean) last = now;
      await attempt('the heartbeat', () => write('ended', summary, facts.code));
      if (metrics === undefined) return;
      const ages = await listAges(values.list ?? [], now);
      const text = metricsText(summary, facts, { now, last, lists, ages });
      await attempt('the metrics file', () => replace(metrics, text));
    },
  };
}

/** Raises UsageError for what cannot be written again and again: a directory, a pipe, the file of an output. */
async function watchPlace(name: string, path: string | undefined): Promise<OutputPlace | undefined> {
  if (path === undefined) return undefined;
  try {
    const place = await placeOf(path);
    if (place.kind === 'device' && !(await stat(path)).isCharacterDevice())
      throw new UsageError('it is no file that can be replaced');
    if (isTaken(place.path)) throw new UsageError('an output of this run goes there');
    return place;
  } catch (error) {
    throw new UsageError(`${name} ${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
}

/** Counts and times only, readable by the collector, which runs as somebody else. */
async function replace({ path, kind }: OutputPlace, text: string): Promise<void> {
  if (kind === 'device') return writeFile(path, text, { flag: 'a' });
  const part = partOf(path);
  await writeFile(part, text, { mode: 0o644 });
  await rename(part, path);
}

async function lastSuccess(heartbeat?: string, metrics?: string): Promise<Date | undefined> {
  const text = async (path?: string) => (path ? await readFile(path, 'utf8').catch(() => '') : '');
  const told = /"lastSuccess":"([^"]+)"/.exec(await text(heartbeat))?.[1];
  if (told && !Number.isNaN(Date.parse(told))) return new Date(told);
  const seconds = /^hashsieve_last_success_timestamp_seconds (\d+(?:\.\d+)?)$/m.exec(
    await text(metrics),
  )?.[1];
  return seconds ? new Date(Number(seconds) * 1000) : undefined;
}

/** Seconds since each list was synced, or its file written; lists that are no file have none. */
async function listAges(paths: readonly string[], now: Date): Promise<(number | undefined)[]> {
  return Promise.all(
    paths.map((path) =>
      updatedAt(path).then(
        (time) => Math.max(0, (now.getTime() - time.getTime()) / 1000),
        () => undefined,
      ),
    ),
  );
}

/** Prometheus text exposition format 0.0.4. */
export function metricsText(
  summary: Summary,
  { code, clean, reused, read }: RunFacts,
  about: {
    readonly now: Date;
    readonly last: Date | undefined;
    readonly lists: readonly ListIdentity[];
    /** Seconds, in the order of `lists`. */
    readonly ages: readonly (number | undefined)[];
  },
): string {
  const { now, last, lists, ages } = about;
  const lines: string[] = [];
  const metric = (
    name: string,
    help: string,
    samples: readonly (readonly [labels: string, value: number])[],
  ) => {
    if (samples.length === 0) return;
    lines.push(`# HELP hashsieve_${name} ${help}`, `# TYPE hashsieve_${name} gauge`);
    for (const [labels, value] of samples) lines.push(`hashsieve_${name}${labels} ${value}`);
  };
  const label = (name: string, value: string) =>
    `{${name}="${printable(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"}`;
  const by = (name: string, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([key, value]) => [label(name, key), value] as const);
  const one = (value: number) => [['', value]] as const;
  metric('found', 'Assets found by the last run.', one(summary.found));
  metric('assets', 'Assets of the last run by outcome.', by('outcome', summary.outcomes));
  metric('matches', 'Matched assets of the last run by category.', by('category', summary.categories));
  metric('failures', 'Failed assets of the last run by stage and code.', by('code', summary.failed));
  metric('skips', 'Skipped assets of the last run by reason.', by('reason', summary.skipped));
  metric('reused', 'Assets matched without being read again.', one(reused));
  metric('bytes', 'Size of the assets of the last run.', one(summary.bytes));
  metric('run_seconds', 'Duration of the last run.', one(summary.seconds));
  metric('run_complete', '1 when everything that was found got an answer.', one(clean ? 1 : 0));
  metric('run_exit_code', 'Exit code of the last run.', one(code));
  metric('last_run_timestamp_seconds', 'When the last run ended.', one(now.getTime() / 1000));
  metric(
    'last_success_timestamp_seconds',
    'When a run last ended that was complete.',
    last ? one(last.getTime() / 1000) : [],
  );
  metric(
    'list_entries',
    'Hashes of a list that can be matched.',
    lists.map(({ name, entries }) => [label('list', name), entries] as const),
  );
  metric(
    'list_unread_lines',
    'Lines of a list, or an allow list, that could not be read.',
    read.map(({ name, unread }) => [label('list', name), unread] as const),
  );
  metric(
    'list_age_seconds',
    'Time since a list was synced, or its file written.',
    lists.flatMap(({ name }, at) =>
      ages[at] === undefined ? [] : [[label('list', name), ages[at]] as const],
    ),
  );
  return `${lines.join('\n')}\n`;
}
