import { resolve } from 'node:path';
import { reasonOf } from '../config/index.js';
import { type DataStream, fileUri, printable, type Summary, UsageError } from '../core/index.js';
import { type OutputFile, openOutput, version } from '../files/index.js';
import {
  formatOfFile,
  type OutputName,
  outputFormats,
  outputNames,
  type Palette,
  plain,
} from '../outputs/index.js';
import type { OutputRecord } from '../outputs/types.js';
import type { Around } from './surroundings.js';

/** Several outputs that get the same text, each in its own format. */
export interface TextOutputs<Name extends OutputName = OutputName> {
  /**
   * Writes the text that `render` makes for each format. An output that fails is reported once and left out afterwards.
   */
  write(render: (format: Name, at: number) => string): Promise<void>;
  /** Puts the files in their places. */
  commit(): Promise<void>;
  /** Removes the part files: for a run that never began. */
  discard(): Promise<void>;
  /** The format of each output, and whether it is coloured. */
  readonly formats: readonly { readonly format: Name; readonly colour: boolean }[];
  /** True while at least one output has a reader. */
  readonly open: boolean;
  /** True once an output failed for another reason than that its reader ended. */
  readonly broken: boolean;
  /** True where one of the outputs is standard output. */
  readonly toStdout: boolean;
}

/** One output. `write` resolves to false once nobody reads it any more. */
interface Target<Name extends OutputName> {
  readonly name: string;
  readonly format: Name;
  readonly colour: boolean;
  write(text: string): Promise<boolean>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** Where records are written. */
export interface OutputOptions {
  /** Paths; `-` is standard output. */
  readonly output?: readonly string[] | undefined;
  readonly format?: string | undefined;
  /** Waits while another run writes one of the outputs. */
  readonly wait?: boolean | undefined;
}

type OutputSurroundings = Pick<Around, 'voice' | 'stream' | 'signal'>;

/**
 * Opens the outputs. Raises UsageError, leaving nothing behind, where the format of one is unknown or not offered, or it
 * cannot be written.
 *
 * @param offered - the formats that the command writes
 */
export async function openText<Name extends OutputName>(
  options: OutputOptions,
  { voice, stream, signal }: OutputSurroundings,
  offered: readonly Name[],
): Promise<TextOutputs<Name>> {
  const files = options.output?.length ? options.output : stream ? ['-'] : [];
  const repeated = files.find((file, at) => files.indexOf(file) !== at);
  if (repeated !== undefined) throw new UsageError(`output ${printable(repeated)} is given twice`);
  const planned = files.map((file) => ({
    file,
    format: chooseFormat(file, options.format, stream, offered),
  }));
  const targets: Target<Name>[] = [];
  // Every run locks outputs in the same order, so that two runs never wait for each other.
  const inOrder = [...planned.entries()].sort(([, a], [, b]) => (resolve(a.file) < resolve(b.file) ? -1 : 1));
  try {
    for (const [at, { file, format }] of inOrder)
      targets[at] =
        file === '-'
          ? stdout(stream!, format)
          : fileTarget(file, format, await openOutput(file, { wait: options.wait, signal }));
  } catch (error) {
    for (const target of targets) await target?.discard();
    throw error;
  }
  const lost = new Set<Target<Name>>();
  let broken = false;
  const attempt = async (target: Target<Name>, step: () => Promise<boolean>) => {
    if (lost.has(target)) return;
    try {
      if (!(await step())) lost.add(target);
    } catch (error) {
      lost.add(target);
      broken = true;
      voice.say(`hashsieve: output ${target.name} is lost from here on: ${reasonOf(error)}`, {
        level: 'error',
      });
    }
  };
  return {
    toStdout: files.includes('-'),
    formats: targets.map(({ format, colour }) => ({ format, colour })),
    get open() {
      return targets.length === 0 || lost.size < targets.length;
    },
    get broken() {
      return broken;
    },
    async write(render) {
      for (const [at, target] of targets.entries())
        await attempt(target, () => target.write(render(target.format, at)));
    },
    async commit() {
      for (const target of targets) await attempt(target, () => target.commit().then(() => true));
    },
    async discard() {
      for (const target of targets) await target.discard();
    },
  };
}

/** The outputs of a run's records. */
export interface Sinks extends Omit<TextOutputs, 'write' | 'commit' | 'formats'> {
  /** Writes one record to every output. */
  record(record: OutputRecord): Promise<void>;
  /** Ends every output and puts the files in their places. */
  commit(summary: Summary): Promise<void>;
}

/** What else gets the records of a run. */
export interface RecordPorts {
  /** Colours for outputs on a terminal. Default: none. */
  readonly palette?: Palette;
  /**
   * Called with every record before it is written; the scan waits for its promise. Gets events of matches, and the
   * other records that the options ask for.
   */
  readonly onRecord?: (record: OutputRecord) => unknown;
}

/** Opens the outputs of a scan. Raises UsageError as `openText` does. */
export async function openSinks(
  options: OutputOptions & { readonly verbose?: boolean | undefined },
  around: OutputSurroundings,
  { palette = plain, onRecord }: RecordPorts = {},
): Promise<Sinks> {
  const outputs = await openText(options, around, outputNames);
  const writers = outputs.formats.map(({ format, colour }) =>
    outputFormats[format].create({
      palette: colour ? palette : plain,
      verbose: options.verbose === true,
      directory: fileUri(new TextEncoder().encode(resolve('.'))),
      version,
    }),
  );
  await outputs.write((_format, at) => writers[at]!.begin());
  return {
    toStdout: outputs.toStdout,
    get open() {
      return outputs.open;
    },
    get broken() {
      return outputs.broken;
    },
    async record(record) {
      await onRecord?.(record);
      await outputs.write((_format, at) => writers[at]!.record(record));
    },
    async commit(summary) {
      await outputs.write((_format, at) => writers[at]!.end(summary));
      await outputs.commit();
    },
    discard: () => outputs.discard(),
  };
}

function chooseFormat<Name extends OutputName>(
  file: string,
  asked: string | undefined,
  stream: DataStream | undefined,
  offered: readonly Name[],
): Name {
  const offeredAs = (name: string | undefined) => offered.find((one) => one === name);
  if (file === '-') {
    if (!stream) throw new UsageError('output -: there is no standard output to write to');
    const usual = offeredAs(asked) ?? offeredAs(stream.stdoutIsTerminal ? 'text' : 'jsonl');
    if (usual) return usual;
    throw new UsageError(`--format takes ${offered.join(', ')}`);
  }
  const format = offeredAs(formatOfFile(file, asked) ?? asked);
  if (format) return format;
  const extensions = new Set(offered.flatMap((name) => outputFormats[name].extensions.slice(0, 1)));
  throw new UsageError(
    `output ${printable(file)}: its extension names no format that is written here; add --format, or end it in ` +
      Array.from(extensions, (extension) => `.${extension}`).join(', '),
  );
}

const stdout = <Name extends OutputName>(stream: DataStream, format: Name): Target<Name> => ({
  name: 'standard output',
  format,
  colour: stream.colour.stdout,
  write: (text) => stream.write(text),
  commit: async () => {},
  discard: async () => {},
});

const fileTarget = <Name extends OutputName>(path: string, format: Name, file: OutputFile): Target<Name> => ({
  name: printable(path),
  format,
  colour: false,
  write: async (text) => {
    await file.write(text);
    return true;
  },
  commit: () => file.commit(),
  discard: () => file.discard(),
});
