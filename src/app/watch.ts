import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { reasonOf } from '../config/index.js';
import { emptySummary, printable, type Summary, UsageError, type Voice } from '../core/index.js';
import { isRunning, type OutputPlace, partOf, placeOf, removeStaleParts } from '../files/index.js';
import type { Failure } from './failures.js';
import { lastSuccessIn, metricsText, type RunFacts } from './metrics.js';

/** What monitoring sees of a run: files that are each replaced as a whole. */
export interface Watch {
  /** Writes that the run has begun. Raises UsageError where that cannot be written. */
  begin(): Promise<void>;
  /** Called after every result. Writes now and then, and returns a promise only where it does. */
  beat(summary: Summary): Promise<void> | undefined;
  /** Writes how the run ended. */
  end(summary: Summary, facts: RunFacts): Promise<void>;
  /** Writes why no run came to its end. Leaves a heartbeat alone that another run is writing. */
  fail(failure: Failure): Promise<void>;
}

interface Heartbeat {
  /** `refused`: no run began, because of a usage or configuration error; `crashed`: a defect ended the run. */
  readonly state: 'running' | 'ended' | 'refused' | 'crashed';
  /** Name of the plan. */
  readonly plan: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly beatAt: string;
  /** When a run of this plan was last complete; kept from run to run. */
  readonly lastSuccess: string | null;
  readonly exitCode?: number;
  /** Why the run did not come to its end. */
  readonly reason?: string;
  readonly found: number;
  readonly outcomes: Summary['outcomes'];
}

/** Where monitoring looks. */
export interface WatchOptions {
  readonly heartbeat?: string | undefined;
  readonly metrics?: string | undefined;
  /** Paths of the hash lists. */
  readonly list?: readonly string[] | undefined;
}

const beatEveryMs = 10_000;

/**
 * Prepares the files of `--heartbeat` and `--metrics`. Raises UsageError where one cannot be written.
 * @param plan the plan's name, by which its figures are told from those of other plans.
 */
export async function openWatch(values: WatchOptions, plan: string, voice: Voice): Promise<Watch> {
  const heartbeat = await watchPlace('heartbeat', values.heartbeat);
  const metrics = await watchPlace('metrics', values.metrics);
  if (heartbeat && heartbeat.kind === 'file' && heartbeat.path === metrics?.path)
    throw new UsageError(`--heartbeat and --metrics name the same file: ${printable(heartbeat.path)}`);
  const started = new Date();
  let last = await lastSuccess(plan, heartbeat?.path, metrics?.path);
  let next = started.getTime() + beatEveryMs;
  const write = async (
    state: Heartbeat['state'],
    { found, outcomes }: Pick<Summary, 'found' | 'outcomes'>,
    how: Pick<Heartbeat, 'exitCode' | 'reason'> = {},
  ) => {
    if (heartbeat === undefined) return;
    const content: Heartbeat = {
      state,
      plan,
      pid: process.pid,
      startedAt: started.toISOString(),
      beatAt: new Date().toISOString(),
      lastSuccess: last?.toISOString() ?? null,
      ...how,
      found,
      outcomes,
    };
    await replace(heartbeat, `${JSON.stringify(content)}\n`);
  };
  const attempt = async (name: string, step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      voice.say(`hashsieve: ${name} cannot be written: ${reasonOf(error)}`, { level: 'error' });
    }
  };
  for (const place of [heartbeat, metrics])
    if (place?.kind === 'file') await removeStaleParts(place.path).catch(() => {}); // writing says why
  let hasBegun = false;
  let isLost = false;
  let seen: Pick<Summary, 'found' | 'outcomes'> = emptySummary();
  return {
    async begin() {
      try {
        await write('running', seen);
        hasBegun = true;
      } catch (error) {
        isLost = true;
        throw new UsageError(
          `heartbeat ${printable(values.heartbeat ?? '')} cannot be written: ${reasonOf(error)}`,
        );
      }
    },
    beat(summary) {
      seen = summary;
      if (heartbeat === undefined || Date.now() < next) return undefined;
      next = Date.now() + beatEveryMs;
      return attempt('the heartbeat', () => write('running', summary));
    },
    async end(summary, facts) {
      const now = new Date();
      if (facts.complete) last = now;
      await attempt('the heartbeat', () => write('ended', summary, { exitCode: facts.code }));
      if (metrics === undefined) return;
      const text = metricsText(summary, facts, { plan, now, last });
      await attempt('the metrics file', () => replace(metrics, text));
    },
    async fail({ code, line }) {
      if (heartbeat === undefined || isLost || (!hasBegun && (await isOfAnother(heartbeat)))) return;
      const state = states[code] ?? 'ended';
      const how = { exitCode: code, reason: line.split('\n')[0]! };
      await attempt('the heartbeat', () => write(state, seen, how));
    },
  };
}

/** The states of two exit codes; with every other code the run ended. */
const states: Readonly<Record<number, Heartbeat['state']>> = { 1: 'crashed', 2: 'refused' };

/** True for the heartbeat of a run that is going on in another process of this machine. */
async function isOfAnother({ path, kind }: OutputPlace): Promise<boolean> {
  if (kind === 'device') return false;
  const beat = heartbeatIn(await readFile(path, 'utf8').catch(() => ''));
  const { state, pid } = beat;
  return state === 'running' && typeof pid === 'number' && pid !== process.pid && isRunning(pid);
}

/** The fields of a heartbeat; an empty object where the text is none. */
function heartbeatIn(text: string): Partial<Record<keyof Heartbeat, unknown>> {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? content : {};
  } catch {
    return {};
  }
}

/**
 * Finds the place of such a file. Raises UsageError for what cannot be written again and again: a directory, a pipe,
 * the file of an output.
 */
async function watchPlace(name: string, path: string | undefined): Promise<OutputPlace | undefined> {
  if (path === undefined) return undefined;
  try {
    const place = await placeOf(path);
    if (place.kind === 'device' && !(await stat(path)).isCharacterDevice())
      throw new UsageError('it is no file that can be replaced');
    return place;
  } catch (error) {
    throw new UsageError(`${name} ${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
}

/**
 * Replaces the file. It holds only counts and times, and others may read it, because the collector runs as another
 * user.
 */
async function replace({ path, kind }: OutputPlace, text: string): Promise<void> {
  if (kind === 'device') return writeFile(path, text, { flag: 'a' });
  const part = partOf(path);
  await writeFile(part, text, { mode: 0o644 });
  await rename(part, path);
}

/** The last success of this plan. Ignores the success of another plan that wrote the same files before. */
async function lastSuccess(plan: string, heartbeat?: string, metrics?: string): Promise<Date | undefined> {
  const text = async (path?: string) => (path ? await readFile(path, 'utf8').catch(() => '') : '');
  return successOf(await text(heartbeat), plan) ?? lastSuccessIn(await text(metrics), plan);
}

/** The last success in a heartbeat. A heartbeat of an older version, which names no plan, counts as this plan's. */
function successOf(heartbeat: string, plan: string): Date | undefined {
  const heartbeatBefore = heartbeatIn(heartbeat);
  const isOurs = heartbeatBefore.plan === undefined || heartbeatBefore.plan === plan;
  const time = isOurs ? Date.parse(String(heartbeatBefore.lastSuccess)) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time);
}
