import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { type Config, reasonOf } from '../config/index.js';
import { isZone, printable, UsageError } from '../core/index.js';
import type { DetectionEvent } from '../core/types.js';
import { readText } from '../files/index.js';
import {
  assetSchema,
  type ContextLookup,
  checkContext,
  checkShape,
  contextFromCsv,
  contextFromJson,
  mergeContext,
  readOperator,
} from '../reports/context/index.js';
import { type Jurisdiction, joinedEvents, jurisdictionOf, readEvents } from '../reports/index.js';
import type { AssetContext, Operator } from '../reports/types.js';
import type { Around } from './surroundings.js';

/**
 * Reads the events of all `--events` files, and merges events with the same id (docs/events.md). Raises UsageError
 * naming file and line.
 */
export async function openEvents(
  files: readonly string[],
  { openInput }: Pick<Around, 'openInput'>,
): Promise<readonly DetectionEvent[]> {
  const events: DetectionEvent[] = [];
  for (const file of files) {
    const name = file === '-' ? 'standard input' : printable(file);
    const stream: Readable = file === '-' ? asStream(openInput()) : createReadStream(file);
    const failure = new Promise<never>((_, reject) => {
      stream.once('error', (error) =>
        reject(new UsageError(`events ${name} cannot be read: ${reasonOf(error)}`)),
      );
    });
    const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
    const read = await Promise.race([readEvents(lines, name), failure]);
    for (const event of read) events.push(event);
  }
  return joinedEvents(events);
}

const asStream = (input: AsyncIterable<Uint8Array>): Readable =>
  input instanceof Readable ? input : Readable.from(input);

async function contextFile(path: string): Promise<ContextLookup> {
  const text = (await readText(path, 'context')).replace(/^\ufeff/, '');
  return /\.csv$/i.test(path)
    ? contextFromCsv(text, printable(path))
    : contextFromJson(text, printable(path));
}

const maxAnswer = 10_000_000;

/**
 * Asks the operator's program about one event. It gets JSON on standard input and answers with JSON; an empty answer
 * means that it knows nothing.
 */
async function askProgram(
  program: string,
  event: DetectionEvent,
  signal: AbortSignal,
): Promise<AssetContext> {
  const where = `context program ${printable(program)}, event ${event.id}`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(60_000)]);
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'], signal: limit });
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
    if (answer.length > maxAnswer) child.kill();
  });
  child.stdin.on('error', () => {}); // The program may end without reading its input.
  child.stdin.end(`${JSON.stringify(event)}\n`);
  const ended = await new Promise<string | number>((resolve) => {
    child.once('error', (error) => resolve(limit.aborted ? 'took longer than 60 s' : reasonOf(error)));
    child.once('close', (code, killedBy) => resolve(code ?? `ended by ${killedBy}`));
  });
  if (answer.length > maxAnswer) throw new UsageError(`${where}: printed more than ${maxAnswer} characters`);
  if (ended !== 0) {
    throw new UsageError(`${where}: ${typeof ended === 'number' ? `ended with code ${ended}` : ended}`);
  }
  if (answer.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    throw new UsageError(`${where}: printed no JSON`);
  }
  await checkShape(assetSchema, value, where, 'see docs/schemas/context.schema.json');
  checkContext(value as AssetContext, where);
  return value as AssetContext;
}

/** Opens what the files and the program know about each event. Raises UsageError. */
export async function openContext(
  values: {
    readonly context?: readonly string[] | undefined;
    /** The operator's program that says what is known of an event. */
    readonly contextCommand?: string | undefined;
  },
  events: readonly DetectionEvent[],
  signal: AbortSignal,
): Promise<ContextLookup> {
  const lookups: ContextLookup[] = [];
  for (const path of values.context ?? []) lookups.push(await contextFile(path));
  const asked = new Map<string, AssetContext>();
  if (values.contextCommand !== undefined) {
    for (const event of events) asked.set(event.id, await askProgram(values.contextCommand, event, signal));
  }
  return (event) =>
    withUpload(
      event,
      [...lookups.map((lookup) => lookup(event)), asked.get(event.id) ?? {}].reduce((all, one) =>
        mergeContext(all, one, `context of event ${event.id}`),
      ),
    );
}

/** Adds what the host said of the upload when it came (`hashsieve serve`). What the operator says now takes precedence. */
function withUpload({ upload }: DetectionEvent, told: AssetContext): AssetContext {
  if (!upload) return told;
  const { at, ip, uploader, name } = upload;
  return {
    uploadedAt: at,
    ...(ip === undefined ? {} : { uploadIp: { ip, event: 'Upload', at } }),
    ...(uploader === undefined ? {} : { uploader: { id: uploader } }),
    ...(name === undefined ? {} : { fileName: name }),
    ...told,
  };
}

/** Reads from the configuration who reports and under which law. Raises UsageError. */
export async function openOperator(
  config: Config,
  values: { readonly jurisdiction?: string | undefined; readonly timeZone?: string | undefined },
): Promise<{ readonly operator: Operator; readonly jurisdiction: Jurisdiction }> {
  const where =
    config.path === undefined ? 'no configuration file' : `configuration ${printable(config.path)}`;
  const operator = await readOperator(config.blocks.operator, where);
  if (values.timeZone !== undefined && !isZone(values.timeZone)) {
    throw new UsageError(`--time-zone ${printable(values.timeZone)}: write UTC or an offset like +02:00`);
  }
  return { operator, jurisdiction: jurisdictionOf(values.jurisdiction ?? operator.jurisdiction) };
}
