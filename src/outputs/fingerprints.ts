import { displayUri } from '../core/index.js';
import type { FingerprintedAsset } from '../core/types.js';
import { harmless, stringify } from './csv-cells.js';
import { asciiControls } from './jsonl.js';

/** One line of `hashsieve hash`: the record that lists and `match` read back. */
export interface FingerprintRecord {
  readonly schema: 'hashsieve/fingerprint/1';
  readonly uri: string;
  readonly algorithm: string;
  /** Null where the picture holds too little information. */
  readonly hex: string | null;
  readonly quality?: number;
  /** True where unrelated pictures have hashes near this one: `Fingerprint.lowDetail`. */
  readonly lowDetail?: true;
  readonly recipe?: string;
  readonly view?: string;
  readonly frame?: number;
  readonly status: 'ok' | 'low-quality';
}

/** The records of one asset, for the algorithms that the user asked for. */
export function fingerprintRecords(
  asset: FingerprintedAsset,
  uri: string,
  algorithms: readonly string[],
): FingerprintRecord[] {
  const asked = <T extends { algorithm: string }>(items: readonly T[]) =>
    items.filter(({ algorithm }) => algorithms.includes(algorithm));
  return [
    ...asked(asset.fingerprints).map((fingerprint) => ({
      schema: 'hashsieve/fingerprint/1' as const,
      uri,
      ...fingerprint,
      status: 'ok' as const,
    })),
    ...asked(asset.withheld).map(({ reason, ...rest }) => ({
      schema: 'hashsieve/fingerprint/1' as const,
      uri,
      ...rest,
      hex: null,
      status: reason,
    })),
  ];
}

/**
 * The vPDQ signal of a video, as HMA and the Python tools exchange it: a JSON array of `hash,quality,seconds` on one
 * line. Undefined for what is no video, or has no frame that can be fingerprinted.
 */
export function vpdqLine({ facts, fingerprints }: FingerprintedAsset): string | undefined {
  const { times } = facts;
  const frames = fingerprints.flatMap(({ algorithm, view, hex, quality = 100, frame = 0 }) => {
    const time = algorithm === 'pdq' && view === 'upright' ? times?.[frame] : undefined;
    return time === undefined ? [] : [{ time, text: `${hex},${quality},${time.toFixed(3)}` }];
  });
  frames.sort((a, b) => a.time - b.time);
  return frames.length === 0 ? undefined : `${JSON.stringify(frames.map(({ text }) => text))}\n`;
}

const columns = ['uri', 'algorithm', 'hex', 'quality', 'recipe', 'view', 'frame', 'status'];

/** Writers of `hashsieve hash --format …`; `first` is true for the first record of a run. */
export const fingerprintFormats = {
  text: {
    begin: '',
    record: (record: FingerprintRecord) =>
      `${record.algorithm}\t${record.hex ?? '(low quality: not usable)'}\t${displayUri(record.uri)}` +
      `${record.frame === undefined ? '' : `#${record.frame}`}` +
      `${record.view === undefined || record.view === 'upright' ? '' : `  (${record.view})`}\n`,
    end: '',
  },
  json: {
    begin: '{"schema":"hashsieve/fingerprints/1","fingerprints":[',
    record: (record: FingerprintRecord, first: boolean) =>
      `${first ? '' : ','}\n${asciiControls(JSON.stringify(record))}`,
    end: '\n]}\n',
  },
  jsonl: {
    begin: '',
    record: (record: FingerprintRecord) => `${asciiControls(JSON.stringify(record))}\n`,
    end: '',
  },
  csv: {
    begin: `${columns.join(',')}\n`,
    record: (record: FingerprintRecord) => stringify([record], { columns, ...harmless }),
    end: '',
  },
} as const;
/** Names of `fingerprintFormats`. */
export const fingerprintFormatNames = Object.keys(
  fingerprintFormats,
) as readonly (keyof typeof fingerprintFormats)[];
