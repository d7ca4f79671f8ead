import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import type { OptionValues } from '../cli/options.js';
import type { Terminal } from '../cli/terminal.js';
import { reasonOf } from '../config/config.js';
import { UsageError } from '../core/errors.js';
import type { Summary } from '../core/summary.js';
import { printable } from '../core/uri.js';
import { type OutputPlace, placeOf } from '../files/place.js';
import { isTaken, partOf, removeStaleParts } from '../files/whole-file.js';
import { lastSuccessIn, metricsText, type RunFacts } from './metrics.js';

/** What monitoring sees of a run: files that are replaced whole. */
export interface Watch {
  /** Called for every result; writes now and then, and only then there is something to wait for. */
  beat(summary: Summary): Promise<void> | undefined;
  /** Writes how the run ended. */
  end(summary: Summary, facts: RunFacts): Promise<void>;
}

interface Heartbeat {
  readonly state: 'running' | 'ended';
  /** Name of the plan. */
  readonly plan: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly beatAt: string;
  /** When a run last ended that gave an answer to everything it found; kept from run to run. */
  readonly lastSuccess: string | null;
  readonly exitCode?: number;
  readonly found: number;
  readonly outcomes: Summary['outcomes'];
}

const beatEveryMs = 10_000;

/**
 * Prepares the files that `--heartbeat` and `--metrics` name. Raises UsageError where one cannot be written.
 * @param plan the plan's name, which tells its figures from those of other plans.
 */
export async function openWatch(values: OptionValues, plan: string, terminal: Terminal): Promise<Watch> {
  const heartbeat = await watchPlace('heartbeat', values.heartbeat);
  const metrics = await watchPlace('metrics', values.metrics);
  if (heartbeat && heartbeat.kind === 'file' && heartbeat.path === metrics?.path)
    throw new UsageError(`--heartbeat and --metrics name the same file: ${printable(heartbeat.path)}`);
  const started = new Date();
  let last = await lastSuccess(plan, heartbeat?.path, metrics?.path);
  let next = started.getTime() + beatEveryMs;
  const write = async (
    state: Heartbeat['state'],
    summary: Pick<Summary, 'found' | 'outcomes'>,
    code?: number,
  ) => {
    if (heartbeat === undefined) return;
    const content: Heartbeat = {
      state,
      plan,
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
      if (facts.complete) last = now;
      await attempt('the heartbeat', () => write('ended', summary, facts.code));
      if (metrics === undefined) return;
      const text = metricsText(summary, facts, { plan, now, last });
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

/** The last success of this plan: of another plan's, which the files may have been before, it says nothing. */
async function lastSuccess(plan: string, heartbeat?: string, metrics?: string): Promise<Date | undefined> {
  const text = async (path?: string) => (path ? await readFile(path, 'utf8').catch(() => '') : '');
  return successOf(await text(heartbeat), plan) ?? lastSuccessIn(await text(metrics), plan);
}

/** The last success that a heartbeat tells; one of an older version names no plan. */
function successOf(heartbeat: string, plan: string): Date | undefined {
  let told: Partial<Record<keyof Heartbeat, unknown>> | null;
  try {
    told = JSON.parse(heartbeat) as typeof told;
  } catch {
    return undefined;
  }
  const isOurs = told?.plan === undefined || told.plan === plan;
  const time = isOurs ? Date.parse(String(told?.lastSuccess)) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time);
}
