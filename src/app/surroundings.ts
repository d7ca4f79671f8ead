import { resolve } from 'node:path';
import type { Config } from '../config/index.js';
import { type DataStream, UsageError, type Voice } from '../core/index.js';
import type { LedgerOptions, RunContext } from '../runs/index.js';

/** What the path `-` reads: bytes, as of standard input. */
export type InputStream = AsyncIterable<Uint8Array> & {
  /** True once somebody has read of it. */
  readonly readableDidRead?: boolean;
};

/** What surrounds a thing that is done. A program that embeds hashsieve may leave out all of it. */
export interface Surroundings {
  /**
   * What else would stand in the configuration file: its `blocks` for the operator, for notices and for exchanges
   * (docs/settings.md). Default: nothing.
   */
  readonly config?: Partial<Config>;
  /** Hears warnings and what goes wrong on the way, a line each. Default: nobody. */
  readonly voice?: Voice;
  /** Where an output named `-` goes, and where there is none at all. Default: nowhere. */
  readonly stream?: DataStream;
  /** Ends what is under way; what is done by then is kept. */
  readonly signal?: AbortSignal;
  /** Where helper programs, credentials and the default ledger are looked for. Default: empty. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Absolute: where relative targets start from. Default: the working directory. */
  readonly directory?: string;
  /** Opens what the path `-` reads. Default: nothing can be read so. */
  readonly openInput?: () => InputStream;
  /** Told where the ledger turns out to be damaged: what is told is then not all there is. */
  readonly noteDamage?: () => void;
}

/** The same, nothing left out that has a default. */
export type Around = Required<Omit<Surroundings, 'config' | 'noteDamage' | 'stream'>> &
  Pick<Surroundings, 'noteDamage' | 'stream'> & { readonly config: Config };

/** Fills in what was left out. */
export const surrounded = (given: Surroundings): Around => ({
  config: { options: {}, blocks: {}, ...given.config },
  voice: given.voice ?? { say() {} },
  signal: given.signal ?? new AbortController().signal,
  environment: given.environment ?? {},
  directory: given.directory ?? resolve('.'),
  openInput: given.openInput ?? noInput,
  ...(given.stream && { stream: given.stream }),
  ...(given.noteDamage && { noteDamage: given.noteDamage }),
});

function noInput(): never {
  throw new UsageError('-: there is no standard input to read');
}

/** The input of `-`. Raises UsageError where somebody has read it already: there would be nothing left. */
export function inputOf({ openInput }: Pick<Around, 'openInput'>, flag = ''): InputStream {
  const input = openInput();
  if (!input.readableDidRead) return input;
  throw new UsageError(`${flag === '' ? '' : `${flag} `}-: standard input is read already`);
}

/** As the room `runs` takes it. */
export const runContext = <Options extends LedgerOptions>(
  values: Options,
  { voice, ...around }: Around,
  args: readonly string[] = [],
): RunContext<Options> => ({ ...around, args, values, terminal: voice });
