import { displayUri, hammingDistance, hexToBytes, printable, UsageError } from '../../core/index.js';
import type { FingerprintedAsset } from '../../core/types.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { commonOptions, limitOptions } from '../options.js';

export const compare: CommandSpec = {
  name: 'compare',
  about: 'print the distance of two pictures under every algorithm',
  args: [
    { name: '<a>', about: 'file or URL' },
    { name: '<b>', about: 'file or URL' },
  ],
  options: ['algorithms', 'threshold', ...limitOptions, 'allowPrivate', 'format', ...commonOptions],
  examples: ['hashsieve compare a.jpg b.jpg'],
  run: runCompare,
};

interface Row {
  readonly algorithm: string;
  /** Bits; of the nearest pair of frames. Absent where a picture holds too little information. */
  readonly distance?: number;
  readonly bits: number;
  readonly threshold: number;
  readonly verdict: 'match' | 'no match' | 'low quality' | 'same file' | 'different files';
}

async function runCompare(context: CommandContext): Promise<number> {
  const { values, terminal, signal } = context;
  const { openSources } = await import('../../app/index.js');
  const { algorithmNamed, scannerOptions } = await import('../../app/index.js');
  const { requireEquipment } = await import('../../app/index.js');
  const { createScanner } = await import('../../scanner/index.js');
  const { algorithmNames, fingerprinters } = await import('../../fingerprints/index.js');
  const algorithms = values.algorithms?.map(algorithmNamed) ?? [...algorithmNames];
  if (values.format === 'csv') throw new UsageError('compare writes text, json or jsonl');
  const { source, directories } = await openSources(context.args, values, process.cwd(), signal);
  if (directories.length > 0)
    throw new UsageError(`${printable(directories[0]!)}: compare takes two files or URLs`);
  const options = scannerOptions(values, process.env);
  requireEquipment(algorithms);
  const scanner = createScanner({ views: 'none', ...options, algorithms });
  const pictures: FingerprintedAsset[] = [];
  try {
    for await (const item of scanner.fingerprint(source, signal)) {
      const why = 'outcome' in item ? item : item.unread;
      if (why && 'message' in why) {
        terminal.say(`hashsieve: ${displayUri(item.ref.uri)} could not be read: ${printable(why.message)}`);
        return exitCodes.incomplete;
      }
      if (!('outcome' in item)) pictures.push(item);
    }
  } finally {
    await scanner.close();
  }
  if (signal.aborted) return exitCodes.interrupted;
  const [a, b] = pictures;
  const rows = algorithms.map((algorithm): Row => {
    const { bits, threshold: standard } = fingerprinters[algorithm];
    const threshold = options.thresholds?.[algorithm] ?? standard;
    const distance = nearest(a!, b!, algorithm);
    // A distance between digests means nothing: they agree or they don't.
    if (fingerprinters[algorithm].kind === 'bytes')
      return { algorithm, bits, threshold, verdict: distance === 0 ? 'same file' : 'different files' };
    if (distance === undefined) return { algorithm, bits, threshold, verdict: 'low quality' };
    return { algorithm, distance, bits, threshold, verdict: distance <= threshold ? 'match' : 'no match' };
  });
  const format = values.format ?? 'text';
  if (format === 'text') {
    await terminal.write('algorithm  distance  bits  threshold  verdict\n');
    for (const row of rows)
      await terminal.write(
        `${row.algorithm.padEnd(9)}  ${String(row.distance ?? '-').padStart(8)}  ${String(row.bits).padStart(4)}  ` +
          `${String(row.threshold).padStart(9)}  ${row.verdict}\n`,
      );
  } else await terminal.write(`${JSON.stringify({ schema: 'hashsieve/compare/1', algorithms: rows })}\n`);
  return exitCodes.clean;
}

/** The least distance over all pairs of frames. */
function nearest(a: FingerprintedAsset, b: FingerprintedAsset, algorithm: string): number | undefined {
  const of = (asset: FingerprintedAsset) =>
    asset.fingerprints.filter((one) => one.algorithm === algorithm).map(({ hex }) => hexToBytes(hex));
  const [ones, others] = [of(a), of(b)];
  let least: number | undefined;
  // Two long videos make millions of pairs.
  for (const one of ones)
    for (const other of others) {
      const distance = hammingDistance(one, other);
      if (least === undefined || distance < least) least = distance;
    }
  return least;
}
