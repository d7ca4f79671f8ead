import { resolve } from 'node:path';
import type { Config } from '../config/index.js';
import { type DataStream, UsageError, type Voice } from '../core/index.js';
import type { LedgerOptions, RunContext } from '../runs/index.js';

/** The bytes that the path `-` stands for, such as standard input. */
export type InputStream = AsyncIterable<Uint8Array> & {
  /** True once somebody has read from it. */
  readonly readableDidRead?: boolean;
  /** True where it is a terminal, at which a person types. */
  readonly isTTY?: boolean;
};

/** What a verb of this room needs from outside. A program that embeds hashsieve may leave out all of it. */
export interface Surroundings {
  /**
   * What a configuration file would hold besides options: its `blocks` for the operator, for notices and for exchanges
   * (docs/settings.md). Default: nothing.
   */
  readonly config?: Partial<Config>;
  /** Gets warnings and failures, a line each. Default: nobody. */
  readonly voice?: Voice;
  /** The output that is named `-`, and the default where no output is named. Default: none. */
  readonly stream?: DataStream;
  /** Ends the work; what is finished by then is kept. */
  readonly signal?: AbortSignal;
  /** Environment variables: they tell where helper programs, credentials and the default ledger are. Default: empty. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Absolute path from which relative targets start. Default: the working directory. */
  readonly directory?: string;
  /** Opens the input for the path `-`. Default: `-` is refused. */
  readonly openInput?: () => InputStream;
  /** Called where the ledger turns out to be damaged, so that the answer may lack something. */
  readonly noteDamage?: () => void;
}

/** `Surroundings` with every default filled in. */
export type Around = Required<Omit<Surroundings, 'config' | 'noteDamage' | 'stream'>> &
  Pick<Surroundings, 'noteDamage' | 'stream'> & { readonly config: Config };

/** Fills in the defaults. */
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

/** The input for `-`. Raises UsageError where somebody has read from it before. */
export function inputOf({ openInput }: Pick<Around, 'openInput'>, flag = ''): InputStream {
  const input = openInput();
  if (!input.readableDidRead) return input;
  throw new UsageError(`${flag === '' ? '' : `${flag} `}-: standard input is read already`);
}

/** The surroundings in the shape that the room `runs` takes. */
export const runContext = <Options extends LedgerOptions>(
  values: Options,
  { voice, ...around }: Around,
  args: readonly string[] = [],
): RunContext<Options> => ({ ...around, args, values, terminal: voice });
