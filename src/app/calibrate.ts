import { printable, StageError, UsageError } from '../core/index.js';
import type { Fingerprint, ListIdentity } from '../core/types.js';
import { writeOutput } from '../files/index.js';
import { type KnownAlgorithm, knownAlgorithms } from '../fingerprints/index.js';
import { type Confidence, confidence, createScanner, type Scanner } from '../scanner/index.js';
import { type AlgorithmReport, Calibration, calibrationPage } from './calibration.js';
import { requireEquipment } from './equipment.js';
import { type ListOptions, openLists } from './lists.js';
import { type ScanningOptions, scannerOptions } from './plan.js';
import { pluginsOf } from './plugins.js';
import { readBy } from './run-files.js';
import { openSources, type SourceOptions } from './sources.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';
import { requireApart } from './written-files.js';

/** Which lists and pictures to measure with, and where the result is written. */
export interface CalibrateOptions extends ListOptions, ScanningOptions, SourceOptions {
  /** Path of the HTML page with plots. */
  readonly html?: string | undefined;
  /** Writes the recommended thresholds into the configuration file. */
  readonly writeConfig?: boolean | undefined;
}

/** How near harmless pictures come to the lists. */
export interface CalibrationReport {
  /** One report for each pixel algorithm that the lists hold. */
  readonly algorithms: readonly AlgorithmReport[];
  /** Pictures that were measured. */
  readonly pictures: number;
  /** The lists that were measured with. */
  readonly lists: readonly ListIdentity[];
  /** Files that are no pictures or could not be read. */
  readonly missed: number;
  /** True where the measuring was stopped before its end; the report is then worth nothing. */
  readonly interrupted: boolean;
}

/**
 * Measures on pictures that are known to be harmless how near they come to the lists by chance, and derives a threshold
 * from that. Writes nothing; `keepCalibration` does.
 * @param targets files, directories and http(s) URLs
 * @throws UsageError as `scan` does, and where a list is damaged: thresholds that were measured on half a list must not
 * be recommended
 * @example
 * const { algorithms } = await calibrate(['./known-good'], { list: ['known.hsx'] });
 * for (const { algorithm, recommended } of algorithms) console.log(algorithm, recommended);
 */
export async function calibrate(
  targets: readonly string[],
  options: CalibrateOptions,
  given: Surroundings = {},
): Promise<CalibrationReport> {
  const around = surrounded(given);
  const { signal } = around;
  if (options.writeConfig && around.config.path === undefined) await requireNoConfig(around);
  const { source, named } = await openSources(targets, options, around);
  const page = options.html === undefined ? [] : [{ option: '--html', path: options.html }];
  await requireApart(page, [...readBy(options, around), ...named]);
  const plugins = (await pluginsOf(around)).algorithms;
  const known = knownAlgorithms([], { plugins });
  const lists = await openLists(options, around);
  const looking = { views: 'basic' as const, ...scannerOptions(options, around.environment, plugins) };
  const inForce = confidence({ ...looking, lists, known });
  const balanced = confidence({ lists, known, views: looking.views, strictness: 'balanced' });
  const names = Object.keys(inForce.thresholds).filter((name) => known.get(name).kind === 'pixels');
  const farthest = Object.fromEntries(names.map((name) => [name, farthestOf(known.get(name))]));
  const scanner = createScanner({ ...looking, lists, thresholds: farthest });
  requireEquipment(scanner.algorithms, plugins);
  const calibration = new Calibration();
  let missed = 0;
  try {
    for await (const item of scanner.fingerprint(source, signal))
      if ('outcome' in item || item.unread) missed += 1;
      else measure(item.fingerprints, names, scanner, calibration);
  } finally {
    await scanner.close();
  }
  const algorithms = names.map((algorithm) =>
    reportOf(calibration, algorithm, inForce.thresholds[algorithm]!, forAllLooks(balanced, algorithm)),
  );
  return {
    algorithms,
    pictures: calibration.pictures,
    lists: scanner.lists,
    missed,
    interrupted: signal.aborted,
  };
}

/** The configuration takes one threshold for all looks: the smallest that any look has under `balanced`. */
const forAllLooks = ({ thresholds, thresholdsByLook }: Confidence, algorithm: string): number =>
  Math.min(thresholds[algorithm]!, ...Object.values(thresholdsByLook[algorithm] ?? {}));

/**
 * How far to search: as far as chance matches were measured, and at least up to the default threshold; twice as far as
 * that for an algorithm that nobody has measured.
 */
function farthestOf(known: KnownAlgorithm): number {
  if (known.kind === 'bytes') return 0;
  const { tail, threshold, bits, largest = bits } = known;
  return Math.min(largest, Math.max(tail?.most ?? 2 * threshold, threshold));
}

/** Adds one picture: for each algorithm, the distance to the nearest listed hash. */
function measure(
  fingerprints: readonly Fingerprint[],
  names: readonly string[],
  scanner: Scanner,
  calibration: Calibration,
): void {
  calibration.pictures += 1;
  for (const name of names) {
    let best: { readonly view: string; readonly distance: number } | undefined;
    for (const fingerprint of fingerprints.filter(({ algorithm }) => algorithm === name)) {
      const [first] = matchOrRefuse(fingerprint, scanner.match);
      if (first && (!best || first.distance! < best.distance))
        best = { view: fingerprint.view ?? 'upright', distance: first.distance! };
    }
    if (best) calibration.add(name, best.view, best.distance);
  }
}

/** Refuses a damaged list: thresholds that were measured on half a list must not be recommended. */
function matchOrRefuse<T>(fingerprint: Fingerprint, match: (fingerprint: Fingerprint) => T): T {
  try {
    return match(fingerprint);
  } catch (error) {
    throw error instanceof StageError ? new UsageError(error.message) : error;
  }
}

/** @param allowed the largest threshold that the size of the lists allows */
function reportOf(
  calibration: Calibration,
  algorithm: string,
  threshold: number,
  allowed: number,
): AlgorithmReport {
  const recommended = calibration.recommended(algorithm, allowed);
  return {
    algorithm,
    threshold,
    falseMatches: calibration.falseMatches(algorithm, threshold),
    ...(recommended === undefined ? {} : { recommended }),
    histogram: calibration.histogram(algorithm),
    views: calibration.views(algorithm),
  };
}

/**
 * Raises UsageError where a configuration lies in the working directory that hashsieve does not use: it must not be
 * overwritten.
 */
async function requireNoConfig({ directory }: Around): Promise<void> {
  const { configName, hasStrayConfig } = await import('../config/index.js');
  if (await hasStrayConfig(directory))
    throw new UsageError(
      `--write-config: ${configName} lies in the working directory and is not in force; name it with --config ${configName}`,
    );
}

/**
 * Writes what `calibrate` found: the HTML page to `html`, and with `writeConfig` the recommended thresholds into the
 * configuration file, whose other settings stay.
 * @throws UsageError where a file cannot be written
 * @example
 * await keepCalibration(await calibrate(['./known-good'], options), options);
 */
export async function keepCalibration(
  { algorithms, pictures, lists }: CalibrationReport,
  { html, writeConfig }: Pick<CalibrateOptions, 'html' | 'writeConfig'>,
  given: Surroundings = {},
): Promise<void> {
  if (html)
    await writeOutput(html, (out) => out(calibrationPage(algorithms, { pictures, lists, made: new Date() })));
  if (writeConfig && pictures > 0) await writeThresholds(algorithms, surrounded(given));
}

async function writeThresholds(
  reports: readonly AlgorithmReport[],
  { config, directory, voice }: Around,
): Promise<void> {
  const { readFile } = await import('node:fs/promises');
  const { resolve } = await import('node:path');
  const { configName } = await import('../config/index.js');
  const path = config.path ?? resolve(directory, configName);
  const before = config.path
    ? (JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, '')) as object)
    : {};
  const old = (before as { threshold?: object }).threshold ?? {};
  const found = reports.flatMap(({ algorithm, recommended }) =>
    recommended === undefined ? [] : [[algorithm, recommended] as const],
  );
  const thresholds = { ...old, ...Object.fromEntries(found) };
  await writeOutput(path, (out) => out(`${JSON.stringify({ ...before, threshold: thresholds }, null, 2)}\n`));
  const target = printable(config.path ?? configName);
  const use = config.path === undefined ? `; use them with --config ${target}` : '';
  voice.say(`hashsieve: thresholds written to ${target}${use}`);
}
