import { resolve } from 'node:path';
import { reasonOf } from '../config/index.js';
import { type DataStream, printable, type Summary, UsageError } from '../core/index.js';
import { type OutputFile, openOutput } from '../files/index.js';
import { formatOfFile, type OutputName, outputFormats, type Palette, plain } from '../outputs/index.js';
import type { OutputRecord } from '../outputs/types.js';
import type { Around } from './surroundings.js';

/** Text written to every output at once, each in its own format. */
export interface TextOutputs {
  /** `render` gives the text for one format; a lost output is named once and left out from then on. */
  write(render: (format: OutputName, at: number) => string): Promise<void>;
  /** Puts the files in their places. */
  commit(): Promise<void>;
  /** Leaves nothing behind: for a run that never began. */
  discard(): Promise<void>;
  readonly formats: readonly { readonly format: OutputName; readonly colour: boolean }[];
  /** True while anybody still reads. */
  readonly open: boolean;
  /** True once an output was lost for another reason than a reader that went away. */
  readonly broken: boolean;
  /** True when text goes to standard output. */
  readonly toStdout: boolean;
}

/** One place for text. `write` resolves to false once nobody reads any more. */
interface Target {
  readonly name: string;
  readonly format: OutputName;
  readonly colour: boolean;
  write(text: string): Promise<boolean>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** Where records go. */
export interface OutputOptions {
  /** Paths; `-` is standard output. */
  readonly output?: readonly string[] | undefined;
  readonly format?: string | undefined;
  /** Wait for another run that writes one of them. */
  readonly wait?: boolean | undefined;
}

type OutputSurroundings = Pick<Around, 'voice' | 'stream' | 'signal'>;

/** Opens the outputs. Raises UsageError, leaving nothing behind, where one has no format or cannot be written. */
export async function openText(
  options: OutputOptions,
  { voice, stream, signal }: OutputSurroundings,
): Promise<TextOutputs> {
  const files = options.output?.length ? options.output : stream ? ['-'] : [];
  const repeated = files.find((file, at) => files.indexOf(file) !== at);
  if (repeated !== undefined) throw new UsageError(`output ${printable(repeated)} is given twice`);
  const planned = files.map((file) => ({ file, format: chooseFormat(file, options.format, stream) }));
  const targets: Target[] = [];
  // Two runs that wait for each other's outputs would wait for ever: every run takes them in the same order.
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
  const lost = new Set<Target>();
  let broken = false;
  const attempt = async (target: Target, step: () => Promise<boolean>) => {
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

/** Where the records of a run go. */
export interface Sinks extends Omit<TextOutputs, 'write' | 'commit' | 'formats'> {
  record(record: OutputRecord): Promise<void>;
  /** Ends every output and puts the files in their places. */
  commit(summary: Summary): Promise<void>;
}

/** Who gets the records of a run besides its outputs. */
export interface RecordPorts {
  /** Colours of the outputs that want them; default: none. */
  readonly palette?: Palette;
  /** Called for every record before it is written, and waited for: events of matches, and what else is asked for. */
  readonly onRecord?: (record: OutputRecord) => unknown;
}

/** Opens the outputs of a scan. Raises UsageError as `openText` does. */
export async function openSinks(
  options: OutputOptions & { readonly verbose?: boolean | undefined },
  around: OutputSurroundings,
  { palette = plain, onRecord }: RecordPorts = {},
): Promise<Sinks> {
  const outputs = await openText(options, around);
  const writers = outputs.formats.map(({ format, colour }) =>
    outputFormats[format].create({
      palette: colour ? palette : plain,
      verbose: options.verbose === true,
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

function chooseFormat(file: string, asked: string | undefined, stream: DataStream | undefined): OutputName {
  if (file === '-') {
    if (!stream) throw new UsageError('output -: there is no standard output to write to');
    return (asked as OutputName | undefined) ?? (stream.stdoutIsTerminal ? 'text' : 'jsonl');
  }
  const format = formatOfFile(file) ?? (asked as OutputName | undefined);
  if (!format)
    throw new UsageError(
      `output ${printable(file)}: its extension names no format; add --format or end it in ` +
        Object.values(outputFormats)
          .map(({ extensions }) => `.${extensions[0]}`)
          .join(', '),
    );
  return format;
}

const stdout = (stream: DataStream, format: OutputName): Target => ({
  name: 'standard output',
  format,
  colour: stream.colour.stdout,
  write: (text) => stream.write(text),
  commit: async () => {},
  discard: async () => {},
});

const fileTarget = (path: string, format: OutputName, file: OutputFile): Target => ({
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
