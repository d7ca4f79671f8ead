import { printable, StageError, UsageError } from '../../core/index.js';
import type { Fingerprint } from '../../core/types.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { commonOptions, limitOptions, listOptions, sourceOptions } from '../options.js';

export const calibrate: CommandSpec = {
  name: 'calibrate',
  about: 'measure on pictures that you trust how near chance comes to the lists; shows no picture',
  args: [{ name: '[target...]', about: 'files, directories and http(s) URLs of harmless pictures' }],
  options: [
    ...listOptions,
    'threshold',
    'views',
    'strictness',
    'maxExpected',
    ...sourceOptions,
    ...limitOptions,
    'html',
    'writeConfig',
    ...commonOptions,
  ],
  examples: ['hashsieve calibrate ./known-good --list known.hsx --html calibration.html --write-config'],
  run: runCalibrate,
};

async function runCalibrate(context: CommandContext): Promise<number> {
  const { values, terminal, signal } = context;
  const { openSources } = await import('../../app/index.js');
  const { openLists } = await import('../../app/index.js');
  const { readBy } = await import('../../app/index.js');
  const { requireApart } = await import('../../app/index.js');
  const { scannerOptions } = await import('../../app/index.js');
  const { requireEquipment } = await import('../../app/index.js');
  const { createScanner } = await import('../../scanner/index.js');
  const { confidence } = await import('../../scanner/index.js');
  const { fingerprinters } = await import('../../fingerprints/index.js');
  const { Calibration, calibrationPage, calibrationText } = await import('../../app/index.js');

  if (values.writeConfig && context.config.path === undefined) await requireNoConfig();
  const { source, named } = await openSources(context.args, values, process.cwd(), signal);
  const page = values.html === undefined ? [] : [{ option: '--html', path: values.html }];
  await requireApart(page, [...readBy(context), ...named]);
  const lists = await openLists(values, terminal, signal);
  const options = { views: 'basic' as const, ...scannerOptions(values, process.env) };
  const inForce = confidence({ ...options, lists });
  const balanced = confidence({ lists, views: options.views, strictness: 'balanced' });
  const names = (Object.keys(inForce.thresholds) as (keyof typeof fingerprinters)[]).filter(
    (name) => fingerprinters[name].kind === 'pixels',
  );
  // As far as the tails were measured: beyond that lies everything.
  const farthest = names.map((name) => {
    const { tail, threshold } = fingerprinters[name] as Extract<
      (typeof fingerprinters)['pdq'],
      { tail: unknown }
    >;
    return [name, Math.max(tail.most, threshold)];
  });
  const scanner = createScanner({ ...options, lists, thresholds: Object.fromEntries(farthest) });
  requireEquipment(scanner.algorithms);
  const calibration = new Calibration();
  let missed = 0;
  try {
    for await (const item of scanner.fingerprint(source, signal)) {
      if ('outcome' in item || item.unread) {
        missed += 1;
        continue;
      }
      calibration.pictures += 1;
      for (const name of names) {
        const nearest = nearestOf(
          item.fingerprints.filter(({ algorithm }) => algorithm === name),
          scanner.match,
        );
        if (nearest) calibration.add(name, nearest.view, nearest.distance);
      }
    }
  } finally {
    await scanner.close();
  }
  if (signal.aborted) return exitCodes.interrupted;
  const reports = names.map((algorithm) => {
    const threshold = inForce.thresholds[algorithm]!;
    const recommended = calibration.recommended(algorithm, balanced.thresholds[algorithm]!);
    return {
      algorithm,
      threshold,
      falseMatches: calibration.falseMatches(algorithm, threshold),
      ...(recommended === undefined ? {} : { recommended }),
      histogram: calibration.histogram(algorithm),
      views: calibration.views(algorithm),
    };
  });
  await terminal.write(calibrationText(reports, calibration.pictures));
  if (values.html) {
    const { writeOutput } = await import('../../files/index.js');
    await writeOutput(values.html, (out) => out(calibrationPage(reports, calibration.pictures)));
  }
  if (values.writeConfig && calibration.pictures > 0) await writeThresholds(context, reports);
  if (missed > 0) terminal.say(`hashsieve: ${missed} files were no pictures or could not be read`);
  return calibration.pictures > 0 ? exitCodes.clean : exitCodes.incomplete;
}

function nearestOf(
  fingerprints: readonly Fingerprint[],
  match: (fingerprint: Fingerprint) => { distance: number }[],
) {
  let best: { readonly view: string; readonly distance: number } | undefined;
  for (const fingerprint of fingerprints) {
    const [first] = matchOrRefuse(fingerprint, match);
    if (first && (!best || first.distance < best.distance))
      best = { view: fingerprint.view ?? 'upright', distance: first.distance };
  }
  return best;
}

/** Thresholds measured on a list that is half read must not be recommended. */
function matchOrRefuse<T>(fingerprint: Fingerprint, match: (fingerprint: Fingerprint) => T): T {
  try {
    return match(fingerprint);
  } catch (error) {
    throw error instanceof StageError ? new UsageError(error.message) : error;
  }
}

/** A configuration that is not in force is not ours to change. Raises UsageError where one lies here. */
async function requireNoConfig(): Promise<void> {
  const { configName, hasStrayConfig } = await import('../../config/index.js');
  if (await hasStrayConfig('.'))
    throw new UsageError(
      `--write-config: ${configName} lies in the working directory and is not in force; name it with --config ${configName}`,
    );
}

/** Puts the recommended thresholds into the config file, keeping all else that it says. */
async function writeThresholds(
  { config, terminal }: CommandContext,
  reports: readonly { readonly algorithm: string; readonly recommended?: number }[],
): Promise<void> {
  const { readFile } = await import('node:fs/promises');
  const { configName } = await import('../../config/index.js');
  const { writeOutput } = await import('../../files/index.js');
  const path = config.path ?? configName;
  const before = config.path
    ? (JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, '')) as object)
    : {};
  const old = (before as { threshold?: object }).threshold ?? {};
  const found = reports.flatMap(({ algorithm, recommended }) =>
    recommended === undefined ? [] : [[algorithm, recommended] as const],
  );
  const thresholds = { ...old, ...Object.fromEntries(found) };
  await writeOutput(path, (out) => out(`${JSON.stringify({ ...before, threshold: thresholds }, null, 2)}\n`));
  const use = config.path === undefined ? `; use them with --config ${printable(path)}` : '';
  terminal.say(`hashsieve: thresholds written to ${printable(path)}${use}`);
}
