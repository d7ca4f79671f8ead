import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { printable, UsageError } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { commonOptions, limitOptions } from '../../options.js';

export const add: CommandSpec = {
  name: 'add',
  about: 'put hashes or pictures on a list of your own: what was removed must not come back',
  args: [
    { name: '<list>', about: 'JSON lines; made if it is not there' },
    { name: '[hash...]', about: 'hexadecimal, with the algorithm in front: pdq:f8f8…' },
  ],
  options: [
    'fromImage',
    'algorithms',
    'views',
    'id',
    'note',
    'by',
    'until',
    'category',
    ...limitOptions,
    'allowPrivate',
    ...commonOptions,
  ],
  examples: [
    'hashsieve list add own.jsonl --from-image removed.jpg --note "ticket 4711" --by anna',
    'hashsieve list add allow.jsonl --from-image logo.png --note "our logo" --until 2027-12-31',
  ],
  run: runAdd,
};

async function runAdd(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const [path, ...hashes] = context.args as [string, ...string[]];
  const { exists } = await import('../../../app/index.js');
  const { changeOwnList, requireOwnList } = await import('../../../app/index.js');
  if (hashes.length === 0 && !values.fromImage)
    throw new UsageError('nothing to add: give hashes, or pictures with --from-image FILE');
  if (await exists(path)) await requireOwnList(path);
  const entries = [...(await typedHashes(hashes)).map((hash) => [hash]), ...(await pictureHashes(context))];
  if (values.id !== undefined && entries.length > 1)
    throw new UsageError('--id names one entry: add them one by one');
  const about = {
    category: values.category ?? 'own',
    added: new Date().toISOString(),
    by: values.by ?? whoAmI(),
    ...(values.note === undefined ? {} : { note: values.note }),
    ...(values.until === undefined ? {} : { until: untilOf(values.until) }),
  };
  const ids = new Set<string>();
  await changeOwnList(path, async (lines, out) => {
    for await (const line of lines) await out(`${line}\n`);
    for (const entry of entries) {
      const id = values.id ?? `own-${randomBytes(6).toString('hex')}`;
      ids.add(id);
      // The views of one picture share its id: they are one entry to whoever takes it off again.
      for (const view of entry) await out(`${JSON.stringify({ id, ...about, ...view })}\n`);
    }
  });
  if (!values.quiet)
    terminal.say(`${printable(path)}: added ${[...ids].map((id) => printable(id)).join(', ')}`);
  return exitCodes.clean;
}

type Hashes = Readonly<Record<string, string>>;

/** Judged as a reader of the list would: what it would leave out must not be added. */
async function typedHashes(given: readonly string[]): Promise<Hashes[]> {
  const { algorithmBits: algorithms } = await import('../../../fingerprints/index.js');
  const { judge } = await import('../../../lists/index.js');
  return given.map((text) => {
    const parts = /^([a-z0-9]+):([0-9a-f]+)$/i.exec(text);
    if (!parts) throw new UsageError('a hash is written with its algorithm in front: pdq:f8f8…');
    const [algorithm, hash] = [parts[1]!.toLowerCase(), parts[2]!.toLowerCase()];
    const verdict = judge({ line: 1, hashes: [] }, { algorithm, hash }, { algorithms, unnamed: [] });
    if (verdict.kind === 'usable') return { [verdict.algorithm]: hash };
    if (verdict.kind === 'problem') throw new UsageError(`${printable(algorithm)}: ${verdict.problem}`);
    throw new UsageError(
      verdict.kind === 'left-out'
        ? `${algorithm}: this hash would match what it does not mean (${verdict.reason})`
        : `${printable(algorithm)} hashes cannot be computed by this program`,
    );
  });
}

/** Fingerprints of the pictures given with --from-image, a frame an entry: its views, each marked as such. Raises UsageError for one that cannot be read. */
async function pictureHashes({ values, terminal, signal }: CommandContext): Promise<Hashes[][]> {
  if (!values.fromImage) return [];
  const { openSources } = await import('../../../app/index.js');
  const { algorithmNamed, scannerOptions } = await import('../../../app/index.js');
  const { requireEquipment } = await import('../../../app/index.js');
  const { createScanner } = await import('../../../scanner/index.js');
  const { displayUri } = await import('../../../core/index.js');
  const algorithms = (values.algorithms ?? ['pdq', 'sha256']).map(algorithmNamed);
  const { source } = await openSources(values.fromImage, values, process.cwd(), signal);
  requireEquipment(algorithms);
  const scanner = createScanner({
    views: 'all',
    ...scannerOptions(values, process.env),
    algorithms,
    side: 'list',
  });
  const found: Hashes[][] = [];
  try {
    for await (const item of scanner.fingerprint(source, signal)) {
      const why = 'outcome' in item ? item : item.unread;
      const name = displayUri(item.ref.uri);
      if ('outcome' in item || why)
        throw new UsageError(
          `${name} cannot be read as a picture: ${why && 'message' in why ? printable(why.message) : ''}`,
        );
      for (const { algorithm } of item.withheld)
        terminal.say(
          `warning: ${name} holds too little information for ${algorithm}: only exact copies will match`,
        );
      const frames = new Map<number, Map<string, Record<string, string>>>();
      for (const { algorithm, hex, view = 'upright', frame = 0 } of item.fingerprints) {
        if (!algorithms.some((name) => name === algorithm)) continue;
        const views = frames.get(frame) ?? new Map<string, Record<string, string>>();
        const marked = view === 'upright' ? {} : { view };
        frames.set(frame, views.set(view, { ...views.get(view), ...marked, [algorithm]: hex }));
      }
      for (const views of frames.values()) found.push([...views.values()]);
    }
  } finally {
    await scanner.close();
  }
  if (found.length === 0) throw new UsageError('no picture was found with --from-image');
  return found;
}

function untilOf(text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = new Date(day ? `${text}T23:59:59Z` : text);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-\d{2}-\d{2}/.test(text))
    throw new UsageError(`--until: "${printable(text)}" is no date; write for example 2027-12-31`);
  return time.toISOString();
}

function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
