import { exitCodes, monotonic } from '../../core/index.js';
import {
  commonOptions,
  insideOptions,
  limitOptions,
  listOptions,
  ownListOptions,
  runOptions,
  sourceOptions,
} from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve scan`. */
export const scan: CommandSpec = {
  name: 'scan',
  about:
    'compare pictures with hash lists and write what matches; without a list, keep fingerprints for one to come',
  args: [
    {
      name: '[target...]',
      about:
        'files, directories, quoted patterns, http(s) URLs, buckets (s3://bucket/prefix), - for standard input',
    },
  ],
  options: [
    ...listOptions,
    ...ownListOptions,
    'requireList',
    'alsoFingerprint',
    'matcher',
    'allow',
    'maxListAge',
    'threshold',
    'views',
    'strictness',
    'maxExpected',
    'videoPercent',
    ...sourceOptions,
    ...insideOptions,
    ...limitOptions,
    'output',
    'format',
    'theme',
    'summary',
    'all',
    'showHashes',
    'fail',
    'failOn',
    'allowEmpty',
    'allowUnsupported',
    'allowDegraded',
    ...runOptions,
    ...commonOptions,
  ],
  examples: [
    'hashsieve scan ./uploads',
    'hashsieve scan ./uploads --list known.csv -o events.jsonl -o events.csv',
    'hashsieve scan --urls urls.txt --list known.txt --format json',
    'hashsieve scan --sitemap https://forum.example/sitemap.xml --hosts cdn.example --list known.csv',
    'hashsieve scan "uploads/**/*.{jpg,png}" --list "lists/*.csv"',
    'hashsieve scan ./uploads --matcher shield',
    'hashsieve scan - --stdin-name upload.jpg --list known.csv < upload.jpg',
    'find . -newer stamp -print0 | hashsieve scan --files-from - --null --list known.txt',
  ],
  run: runScan,
  plan: thresholdPlan,
};

async function runScan(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { saySummary, scan: scanAll } = await import('../../app/index.js');
  const { paletteOf } = await import('../colours.js');
  const { createProgress } = await import('../progress.js');
  const palette = await paletteOf(terminal, 'stdout', values.theme);
  const begin = () =>
    createProgress(terminal, {
      wanted: values.progress && !values.quiet,
      isColoured: terminal.colour.stderr && values.theme !== 'none',
      environment: context.environment,
      now: monotonic,
      signal: context.signal,
    });
  const report = await scanAll(args, values, context, { palette, begin });
  if (!values.quiet || report.code !== exitCodes.clean)
    saySummary(terminal, report.summary, {
      ...report,
      colours: await paletteOf(terminal, 'stderr', values.theme),
    });
  return report.code;
}

/** The thresholds that follow from the lists, and the matches that chance alone would give at them. */
async function thresholdPlan(context: CommandContext): Promise<Record<string, unknown>> {
  const { planScan, showMatchers } = await import('../../app/index.js');
  const matchers = showMatchers(context.values, context);
  return { ...(await planScan(context.values, context)), ...(matchers && { matchers }) };
}
