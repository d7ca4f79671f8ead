import type { Summary } from '../core/index.js';
import type { Acknowledged, DetectionEvent, Outcome, ScanResult } from '../core/types.js';
import type { Palette } from './palette.js';

/** A result without a detection: the asset failed, was skipped, or (on request) is clear. */
export interface OtherRecord {
  readonly schema: 'hashsieve/result/1';
  readonly outcome: Exclude<Outcome, 'matched'>;
  readonly uri: string;
  /** Address of the web page that shows the asset, where it was found on one. */
  readonly page?: string;
  readonly scanId: string;
  readonly stage?: string;
  /** Failure code or skip reason. */
  readonly code?: string;
  readonly message?: string;
  /** Set where a person acknowledged that it cannot be read (`hashsieve acknowledge`). */
  readonly acknowledged?: Acknowledged;
  readonly asset?: ScanResult['facts'];
}

/** What an output writes about one result. */
export type OutputRecord = DetectionEvent | OtherRecord;

/** Writes records in one file format. Pure: returns text, opens nothing. */
export interface OutputWriter {
  /** Text before the first record. */
  begin(): string;
  /** Text of one record, neutralised for the format. */
  record(record: OutputRecord): string;
  /** Text after the last record. */
  end(summary: Summary): string;
}

/** An output format, which makes writers. */
export interface OutputFormat {
  /** File name extensions, without the dot, that select this format. */
  readonly extensions: readonly string[];
  readonly about: string;
  /** Only the text format uses `palette`. */
  create(options: { readonly palette: Palette; readonly verbose: boolean }): OutputWriter;
}
