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

/** What writers need to know besides the records. */
export interface OutputWriterOptions {
  /** Colours; only the text format uses them. */
  readonly palette: Palette;
  /** Text: also names skipped assets. */
  readonly verbose: boolean;
  /**
   * `file:` URI of the working directory, without a slash at its end: formats for pipelines name places below it
   * relative to it. Without it they name every place whole.
   */
  readonly directory?: string | undefined;
  /** Version of hashsieve, for formats that name their tool. */
  readonly version?: string | undefined;
}

/** An output format, which makes writers. */
export interface OutputFormat {
  /**
   * File name extensions, without the dot, that select this format; of two formats with one extension, the first of the
   * registry, unless the other is asked for by name.
   */
  readonly extensions: readonly string[];
  readonly about: string;
  create(options: OutputWriterOptions): OutputWriter;
}
