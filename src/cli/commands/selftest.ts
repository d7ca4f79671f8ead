import { count as countResult, emptySummary, testListName } from '../../core/index.js';
import type { AssetRef, ScanResult } from '../../core/types.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodeOf, exitCodes } from '../exit-codes.js';
import { commonOptions, limitOptions, listOptions } from '../options.js';

export const selftest: CommandSpec = {
  name: 'selftest',
  about:
    'press the test button: scan the shipped test picture and eight altered copies with your lists and settings',
  options: [...listOptions, 'allow', 'maxListAge', 'threshold', 'views', ...limitOptions, ...commonOptions],
  examples: ['hashsieve selftest --list known.csv'],
  run: runSelftest,
};

interface Copy {
  readonly name: string;
  readonly ref: AssetRef;
  /** What no setting can promise to find is told, but does not fail the test: only what must match does. */
  readonly sure: boolean;
}

const picture = new URL('../../../assets/selftest.png', import.meta.url);

/**
 * The picture, and as it would come back: copies whose refs carry their bytes, so that nothing is written anywhere, which a
 * read-only system would not allow.
 */
async function makeCopies({ href }: URL): Promise<readonly Copy[]> {
  const { loadSharp } = await import('../../decoders/index.js');
  const sharp = loadSharp();
  const { fileURLToPath } = await import('node:url');
  const make = (name: string, change: (image: ReturnType<typeof sharp>) => ReturnType<typeof sharp>) =>
    change(sharp(fileURLToPath(href)))
      .toBuffer()
      .then((bytes) => ({ name, ref: { uri: href, inline: bytes.toString('base64') } }));
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

async function runSelftest(context: CommandContext): Promise<number> {
  const { values, terminal, signal } = context;
  const { openAllLists } = await import('../../app/index.js');
  const { scannerOptions } = await import('../../app/index.js');
  const { requireEquipment } = await import('../../app/index.js');
  const { createScanner } = await import('../../scanner/index.js');
  const { knownAlgorithms } = await import('../../fingerprints/index.js');
  const { outputFormats } = await import('../../outputs/index.js');
  const { plain } = await import('../../outputs/index.js');
  const say = (line: string) => terminal.write(`${line}\n`);

  const { lists, allow } = await openAllLists(values, terminal, signal);
  const scanner = createScanner({ views: 'basic', ...scannerOptions(values, process.env), lists, allow });
  requireEquipment(scanner.algorithms);
  const known = knownAlgorithms();
  for (const identity of scanner.lists.filter(({ name }) => name !== testListName))
    await say(`ok    list ${identity.name}: ${identity.entries} entries`);
  for (const algorithm of scanner.algorithms)
    await say(
      `ok    ${algorithm}${known.get(algorithm).kind === 'pixels' ? `, threshold ${scanner.thresholds[algorithm] ?? '-'}` : ''}`,
    );
  const ofPixels = scanner.algorithms.some((name) => known.get(name).kind === 'pixels');

  const summary = emptySummary();
  let failed = 0;
  try {
    const copies = await makeCopies(picture);
    for (const [at, { name, ref, sure }] of copies.entries()) {
      const result = await theOne(scanner.scanAsset(ref, signal));
      summary.found += 1;
      countResult(summary, result);
      // Without an algorithm of pixels only the file itself can be known again.
      const must = sure && (ofPixels || at === 0);
      const rang = rings(result, testListName);
      if (!rang && must) failed += 1;
      await say(`${rang ? 'ok   ' : must ? 'FAIL ' : '-    '} ${name}: ${rang ?? 'does not match'}`);
      if (result.outcome === 'matched' && at === 0) {
        const event = scanner.event(result, '00000000-0000-0000-0000-000000000000', new Date());
        for (const [format, { create }] of Object.entries(outputFormats)) {
          const text = create({ palette: plain, verbose: false }).record(event);
          await say(`${text === '' ? 'FAIL ' : 'ok   '} output ${format}`);
          if (text === '') failed += 1;
        }
        if (event.test !== true) failed += 1;
        await say(
          `${event.test ? 'ok   ' : 'FAIL '} the event is marked as a test and never drafted into a report`,
        );
      }
    }
  } finally {
    await scanner.close();
  }
  const code = exitCodeOf(summary, { ...values });
  await say(`${code === exitCodes.match ? 'ok   ' : 'FAIL '} scan would end with exit code ${code}`);
  if (code !== exitCodes.match) failed += 1;
  await say(failed === 0 ? 'The alarm rings.' : `The alarm does NOT ring as it should: ${failed} failed.`);
  return failed === 0 ? exitCodes.clean : exitCodes.incomplete;
}

/** Nothing is inside a test picture. */
async function theOne(results: AsyncIterable<ScanResult>): Promise<ScanResult> {
  for await (const result of results) return result;
  throw new TypeError('an asset without a result');
}

/** How the built-in list found it. */
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
