import { addressOf, reasonOf, recordedFacts, withoutSecrets } from '../core/index.js';
import type { ScanResult } from '../core/types.js';
import type { OutputRecord } from '../outputs/types.js';
import type { Scanner } from '../scanner/index.js';

/**
 * What an output writes about a result: the event of a match, or a record of any other outcome.
 * @example
 * const writer = outputFormats.jsonl.create({ palette: plainPalette, verbose: false });
 * process.stdout.write(writer.record(recordOf(result, scanner, scanId, new Date())));
 */
export function recordOf(
  result: ScanResult,
  scanner: Pick<Scanner, 'event'>,
  scanId: string,
  at: Date,
): OutputRecord {
  if (result.outcome === 'matched') return scanner.event(result, scanId, at);
  return {
    schema: 'hashsieve/result/1' as const,
    outcome: result.outcome,
    uri: addressOf(result.ref),
    ...(result.ref.page === undefined ? {} : { page: withoutSecrets(result.ref.page) }),
    scanId,
    ...(result.facts ? { asset: recordedFacts(result.facts) } : {}),
    ...reasonOf(result),
  };
}
