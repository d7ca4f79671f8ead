import { readFile } from 'node:fs/promises';
import { count, emptySummary, exitCodeOf, exitCodes, printable, testListName } from '../core/index.js';
import type { AssetRef, ScanResult } from '../core/types.js';
import { loadSharp } from '../decoders/index.js';
import { type KnownAlgorithms, knownAlgorithms } from '../fingerprints/index.js';
import { outputFormats, plain } from '../outputs/index.js';
import { createScanner, type Scanner } from '../scanner/index.js';
import type { AlarmCheck } from './alarm-check.js';
import { requireEquipment } from './equipment.js';
import { openAllLists, type SupplyOptions } from './lists.js';
import type { MatcherOptions } from './matchers.js';
import { type ScanningOptions, scannerOptions } from './plan.js';
import { pluginsOf } from './plugins.js';
import { type Surroundings, surrounded } from './surroundings.js';

/** Lists and settings that are to be tested. */
export interface SelftestOptions
  extends Omit<SupplyOptions, 'alsoFingerprint'>,
    MatcherOptions,
    ScanningOptions {}

interface Copy {
  readonly name: string;
  readonly ref: AssetRef;
  /**
   * True where the copy must match. False where no setting can promise that: a miss is reported and does not fail the
   * test.
   */
  readonly sure: boolean;
}

const picture = new URL('../../assets/selftest.png', import.meta.url);

/**
 * Tests whether a scan raises the alarm: scans the shipped test picture and eight altered copies with these lists and
 * settings, and checks that every output format reports the match. Sends matching services that are named the test
 * value that they document.
 * @throws UsageError as `scan` does
 * @example
 * for await (const { state, what } of selftest({ list: ['known.csv'] })) console.log(state, what);
 */
export async function* selftest(
  options: SelftestOptions,
  given: Surroundings = {},
): AsyncGenerator<AlarmCheck> {
  const around = surrounded(given);
  const { lists, allow, algorithms, supply } = await openAllLists(options, around, { mayLack: true });
  const plugins = (await pluginsOf(around)).algorithms;
  const looking = scannerOptions(options, around.environment, plugins);
  const scanner = createScanner({
    views: 'basic',
    ...looking,
    ...(algorithms && { algorithms }),
    lists,
    allow,
  });
  requireEquipment(scanner.algorithms, plugins);
  const known = knownAlgorithms([], { plugins });
  yield* settings(scanner, known);
  if (supply.listed === 0 && !supply.services)
    yield { state: 'missed', what: 'no list of others: docs/get-a-list.md tells how to get one' };
  const ofPixels = scanner.algorithms.some((name) => known.get(name).kind === 'pixels');
  const summary = emptySummary();
  try {
    for (const [at, { name, ref, sure }] of (await makeCopies(picture)).entries()) {
      const result = await theOne(scanner.scanAsset(ref, around.signal));
      summary.found += 1;
      count(summary, result);
      // Without a pixel algorithm only the unaltered file can match.
      const must = sure && (ofPixels || at === 0);
      const rang = rings(result, testListName);
      yield {
        state: rang ? 'ok' : must ? 'failed' : 'missed',
        what: `${name}: ${rang ?? 'does not match'}`,
      };
      if (result.outcome === 'matched' && at === 0) yield* outputsOf(result, scanner);
    }
  } finally {
    await scanner.close();
  }
  const code = exitCodeOf(summary, {});
  if (options.matcher?.length) {
    const { testServices } = await import('./selftest-services.js');
    yield* testServices(options, around);
  }
  yield okIf(code === exitCodes.match, `scan would end with exit code ${code}`);
}

const okIf = (isOk: boolean, what: string): AlarmCheck => ({ state: isOk ? 'ok' : 'failed', what });

/** Reports the lists, algorithms and thresholds. */
function* settings(
  { lists, algorithms, thresholds }: Scanner,
  known: KnownAlgorithms,
): Generator<AlarmCheck> {
  for (const { name, entries } of lists)
    if (name !== testListName) yield okIf(true, `list ${printable(name)}: ${entries} entries`);
  for (const name of algorithms) {
    const threshold = known.get(name).kind === 'pixels' ? `, threshold ${thresholds[name] ?? '-'}` : '';
    yield okIf(true, `${name}${threshold}`);
  }
}

/** Checks that every output format reports the match and marks it as a test. */
function* outputsOf(
  result: Extract<ScanResult, { outcome: 'matched' }>,
  scanner: Scanner,
): Generator<AlarmCheck> {
  const event = scanner.event(result, '00000000-0000-0000-0000-000000000000', new Date());
  for (const [format, { create }] of Object.entries(outputFormats)) {
    const text = create({ palette: plain, verbose: false }).record(event);
    yield okIf(text !== '', `output ${format}`);
  }
  yield okIf(event.test === true, 'the event is marked as a test and never drafted into a report');
}

/**
 * Makes the test picture and its altered copies. Their refs carry the bytes, so that no file has to be written, which a
 * read-only system would refuse.
 */
async function makeCopies(shipped: URL): Promise<readonly Copy[]> {
  const { href } = shipped;
  const sharp = loadSharp();
  // sharp gets bytes instead of a path: once this process has decoded a picture, sharp is barred from opening files.
  const bytes = await readFile(shipped);
  const make = (name: string, change: (image: ReturnType<typeof sharp>) => ReturnType<typeof sharp>) =>
    change(sharp(bytes))
      .toBuffer()
      .then((copy) => ({ name, ref: { uri: href, inline: copy.toString('base64') } }));
  const edit = [
    make('JPEG, quality 80', (image) => image.jpeg({ quality: 80 })),
    make('JPEG, quality 30', (image) => image.jpeg({ quality: 30 })),
    make('WebP', (image) => image.webp({ quality: 75 })),
    make('half the size', (image) => image.resize(320).jpeg({ quality: 85 })),
    make('grey', (image) => image.greyscale().jpeg({ quality: 85 })),
    make('cropped by 3 %', (image) =>
      image.extract({ left: 10, top: 7, width: 620, height: 466 }).jpeg({ quality: 85 }),
    ),
    make('mirrored', (image) => image.flop().jpeg({ quality: 85 })),
    make('turned by 90°', (image) => image.rotate(90).jpeg({ quality: 85 })),
  ];
  const made = await Promise.all(edit);
  return [
    { name: 'as shipped', ref: { uri: href }, sure: true },
    ...made.map((copy, at) => ({ ...copy, sure: at < 5 })),
  ];
}

/** The single result: nothing is inside a test picture. */
async function theOne(results: AsyncIterable<ScanResult>): Promise<ScanResult> {
  for await (const result of results) return result;
  throw new TypeError('an asset without a result');
}

/** How the built-in list matched it; undefined where it did not. */
function rings(result: ScanResult, list: string): string | undefined {
  if (result.outcome !== 'matched') return undefined;
  const found = result.matches.filter((match) => match.list === list && !match.suppressed);
  if (found.length === 0) return undefined;
  return found
    .map(({ algorithm, distance, view }) =>
      view === undefined
        ? algorithm
        : `${algorithm} distance ${distance}${view === 'upright' ? '' : ` (${view})`}`,
    )
    .join(', ');
}
