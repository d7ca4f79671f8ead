import { createHash } from 'node:crypto';
import type { UploadPort } from '../../../app/index.js';
import { hammingDistance, hexToBytes, UsageError } from '../../../core/index.js';
import type { Match } from '../../../core/types.js';
import { type ReceivedFile, receiveFiles, receiveJson } from './body.js';
import { commonHeaders, reply } from './replies.js';
import type { Call, Route } from './types.js';
import { webAddress } from './urls.js';

/**
 * The routes of Meta's Hasher-Matcher-Actioner (HMA) for hashing and matching, which change nothing. Each list is a
 * bank. Where a client names an address, the front fetches it through the guard for addresses, as `scan` does.
 */

/** HMA's names of kinds of hashes, and the names that hashsieve has for them. */
const signals = { pdq: 'pdq', video_md5: 'md5' } as const;
type Signal = keyof typeof signals;

/** The threshold in bits by which HMA compares two PDQ hashes. */
const customaryThreshold = 31;

/** Raised for a request that HMA answers with an error; `status` is that of the answer. */
class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Wraps a handler so that it answers errors as HMA does: `{"message": …}`. */
const answering =
  (handle: Route['handle']): Route['handle'] =>
  async (call) => {
    try {
      return await handle(call);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof UsageError)) throw error;
      return reply(error instanceof Refused ? error.status : 400, { message: error.message });
    }
  };

function signalOf(name: string | null): Signal {
  if (name === null) throw new Refused(400, 'Missing required parameter: signal_type');
  if (!Object.hasOwn(signals, name)) throw new Refused(400, `No such SignalType '${name.slice(0, 40)}'`);
  return name as Signal;
}

/** Makes a number for an entry, the same in every run, because HMA's ids are numbers. */
const contentId = ({ list, entryId }: Match): number =>
  createHash('sha256')
    .update(JSON.stringify([list, entryId]))
    .digest()
    .readUIntBE(0, 6);

function lookUp(uploads: UploadPort, signal: Signal, hex: string): Match[] {
  const nearest = new Map<string, Match>();
  for (const match of uploads.match({ algorithm: signals[signal], hex })) {
    const key = JSON.stringify([match.list, match.entryId]);
    if (!match.suppressed && !nearest.has(key)) nearest.set(key, match);
  }
  return [...nearest.values()];
}

/** Groups matches by list, in the form of the answer of `/m/lookup`. */
function byBank(matches: readonly Match[], { searchParams }: URL) {
  const wanted = searchParams.get('banks')?.split(',');
  const banks: Record<string, { bank_content_id: number; distance: string }[]> = {};
  for (const match of matches) {
    if (wanted && !wanted.includes(match.list)) continue;
    banks[match.list] ??= [];
    banks[match.list]!.push({ bank_content_id: contentId(match), distance: String(match.distance) });
  }
  return banks;
}

type Hashes = Partial<Record<Signal, string>>;

/** The hashes of a file, by HMA's names. A picture with too little information has none. */
async function hashesOf(
  { setup }: Call,
  target: { readonly url: string } | { readonly bytes: Uint8Array },
): Promise<Hashes> {
  const { records, reason } = await setup.uploads.hash({ ...target, via: 'http' });
  const hexOf = (name: string) => records.find(({ algorithm }) => algorithm === name)?.hex ?? undefined;
  if (reason !== undefined && hexOf('pdq') === undefined)
    throw new Refused(400, `cannot be hashed: ${reason}`);
  const pdq = hexOf('pdq');
  return pdq === undefined ? {} : { pdq };
}

async function hashesOfForm(call: Call): Promise<Hashes> {
  const files: ReceivedFile[] = await receiveFiles(call.incoming, call.setup.uploads);
  try {
    const [file] = files;
    if (files.length !== 1) throw new Refused(400, 'send one file');
    if (file!.field !== 'photo') throw new Refused(400, 'the name of the field must be photo');
    return await hashesOf(call, { bytes: file!.receipt.bytes() });
  } finally {
    for (const { receipt } of files) receipt.release();
  }
}

async function hashesOfUrl(call: Call): Promise<Hashes> {
  const url = call.url.searchParams.get('url');
  if (url === null) throw new Refused(400, 'url is required');
  return hashesOf(call, { url: webAddress(url) });
}

const lookUpAll = (call: Call, hashes: Hashes) =>
  Object.fromEntries(
    Object.entries(hashes).map(([signal, hex]) => [
      signal,
      byBank(lookUp(call.setup.uploads, signal as Signal, hex), call.url),
    ]),
  );

const rawLookup: Route['handle'] = ({ setup, url: { searchParams } }) => {
  const signal = signalOf(searchParams.get('signal_type'));
  const hex = searchParams.get('signal');
  if (hex === null) throw new Refused(400, 'Missing required parameter: signal');
  const matches = lookUp(setup.uploads, signal, hex);
  const isTold = /^(1|true|yes)$/i.test(searchParams.get('include_distance') ?? '');
  const told = (match: Match) =>
    isTold ? { bank_content_id: contentId(match), distance: String(match.distance) } : contentId(match);
  return reply(200, { matches: matches.map(told) });
};

const lookup: Route['handle'] = async (call) => {
  const { searchParams } = call.url;
  if (searchParams.has('url')) return reply(200, lookUpAll(call, await hashesOfUrl(call)));
  const signal = signalOf(searchParams.get('signal_type'));
  const hex = searchParams.get('signal');
  if (hex === null) throw new Refused(400, 'Missing required parameter: signal');
  return reply(200, byBank(lookUp(call.setup.uploads, signal, hex), call.url));
};

const compare: Route['handle'] = async ({ incoming, setup }) => {
  const { pdq } = ((await receiveJson(incoming, setup.uploads)) ?? {}) as { readonly pdq?: unknown };
  if (!Array.isArray(pdq) || pdq.length !== 2 || !pdq.every((hex) => /^[0-9a-f]{64}$/i.test(String(hex))))
    throw new Refused(400, 'write {"pdq": [HASH, HASH]}');
  const distance = hammingDistance(hexToBytes(String(pdq[0])), hexToBytes(String(pdq[1])));
  return reply(200, { pdq: [distance <= customaryThreshold, { distance }] });
};

const indexStatus: Route['handle'] = ({ setup: { uploads } }) =>
  reply(
    200,
    Object.fromEntries(
      Object.entries(signals).map(([signal, name]) => {
        const size = uploads.sizes[name] ?? 0;
        return [signal, { present: size > 0, built_to: size > 0 ? uploads.edition : -1, size }];
      }),
    ),
  );

const banks = ({ setup }: Call) =>
  setup.uploads.lists.map(({ name }) => ({ name, matching_enabled_ratio: 1 }));

const bank: Route['handle'] = (call) => {
  const found = banks(call).find(({ name }) => name === call.params.name);
  if (!found) throw new Refused(404, 'no such bank');
  return reply(200, found);
};

const status: Route['handle'] = async ({ setup }) => {
  const isReady = (await setup.uploads.shortcomings()).length === 0;
  return new Response(isReady ? 'I-AM-ALIVE' : 'INDEX-STALE', {
    status: isReady ? 200 : 503,
    headers: { 'content-type': 'text/plain', ...commonHeaders },
  });
};

const alive: Route['handle'] = () =>
  new Response('I-AM-ALIVE', { headers: { 'content-type': 'text/plain', ...commonHeaders } });

const get = (path: string, handle: Route['handle']): Route => ({
  method: 'GET',
  path,
  handle: answering(handle),
});
const post = (path: string, handle: Route['handle']): Route => ({ ...get(path, handle), method: 'POST' });

/** The routes of HMA that are served. */
export const hmaRoutes: readonly Route[] = [
  get('/h/hash', async (call) => reply(200, await hashesOfUrl(call))),
  post('/h/hash', async (call) => reply(200, await hashesOfForm(call))),
  get('/m/raw_lookup', rawLookup),
  get('/m/lookup', lookup),
  post('/m/lookup', async (call) => reply(200, lookUpAll(call, await hashesOfForm(call)))),
  post('/m/compare', compare),
  get('/m/index/status', indexStatus),
  get('/c/banks', (call) => reply(200, banks(call))),
  get('/c/bank/:name', bank),
  get('/c/signal_type', () =>
    reply(
      200,
      Object.keys(signals).map((name) => ({ name, enabled_ratio: 1 })),
    ),
  ),
  { ...get('/status', status), isOpen: true },
  { ...get('/status/live', alive), isOpen: true },
];
