import { checksum, type RowOf, Table } from './table.js';

const table = <const C extends Table['columns']>(
  name: string,
  columns: C,
  about: ConstructorParameters<typeof Table<C>>[2],
) => new Table<C>(name, columns, about);

/** Largest prime below 2^32. */
const prime = 4_294_967_291;

/** Every table, ordered so that rows refer only to rows of earlier tables. */
export const tables = {
  runs: table(
    'runs',
    {
      number: 'integer',
      id: 'text',
      command: 'text',
      plan: 'text',
      tool: 'text',
      lists: 'text',
      started_at: 'integer',
      ended_at: 'integer?',
      state: 'text',
      clean: 'integer',
      attempts: 'integer',
      summary: 'text?',
    },
    { key: ['number'] },
  ),
  shapes: table('shapes', { id: 'integer', shape: 'text' }, { key: ['id'] }),
  crafts: table('crafts', { id: 'integer', tool: 'text', look: 'text', recipes: 'text' }, { key: ['id'] }),
  assets: table(
    'assets',
    {
      id: 'integer',
      ref: 'text',
      current: 'integer',
      version: 'text?',
      sha256: 'blob?',
      craft: 'integer',
      body: 'text',
      hashes: 'blob',
      first_at: 'integer',
      made_at: 'integer',
    },
    { key: ['id'], loose: ['id', 'current', 'first_at', 'made_at'] },
  ),
  results: table(
    'results',
    {
      asset: 'integer',
      run: 'integer',
      attempt: 'integer',
      seq: 'integer',
      at: 'integer',
      outcome: 'text',
      stage: 'text?',
      code: 'text?',
      message: 'text?',
    },
    {
      key: ['asset'],
      seal: ({ asset, seq, ...rest }) => (asset * 7 + seq * 17 + baseOfSeal(rest)) % prime,
    },
  ),
  detections: table(
    'detections',
    { id: 'text', first_at: 'integer', last_at: 'integer' },
    { key: ['id'], keyed: true, loose: ['last_at'] },
  ),
  events: table(
    'events',
    { id: 'integer', detection: 'text', evidence: 'blob', event: 'text', last_at: 'integer' },
    { key: ['id'], loose: ['id', 'last_at'] },
  ),
  run_events: table(
    'run_events',
    { run: 'integer', event: 'integer', at: 'integer?' },
    { key: ['run', 'event'], keyed: true },
  ),
  drafts: table(
    'drafts',
    {
      id: 'integer',
      authority: 'text',
      directory: 'text',
      manifest: 'text',
      group_key: 'text',
      at: 'integer',
    },
    { key: ['id'] },
  ),
  draft_events: table(
    'draft_events',
    { event: 'text', draft: 'integer' },
    { key: ['draft', 'event'], keyed: true },
  ),
  submissions: table(
    'submissions',
    { id: 'integer', manifest: 'text', directory: 'text', record: 'text' },
    { key: ['id'], loose: ['id'] },
  ),
  outbox: table(
    'outbox',
    {
      detection: 'text',
      target: 'text',
      created_at: 'integer',
      message: 'text?',
      delivered_at: 'integer?',
    },
    {
      key: ['detection', 'target'],
      keyed: true,
      // A wrong time of delivery misleads no one, so the checksum covers only whether there is one: that keeps a notice
      // from being delivered twice.
      seal: ({ detection, target, created_at, message, delivered_at }) =>
        checksum([detection, target, created_at, message, delivered_at === null ? 0 : 1]),
    },
  ),
  outbox_partly: table(
    'outbox_partly',
    { message: 'text', target: 'text', reached: 'text' },
    { key: ['message'], keyed: true },
  ),
  answers: table(
    'answers',
    { service: 'text', asked: 'text', hits: 'text', at: 'integer' },
    { key: ['service', 'asked'], keyed: true, since: 9 },
  ),
  takedown_records: table(
    'takedown_records',
    { id: 'integer', case_id: 'text', at: 'integer', record: 'text' },
    { key: ['id'], since: 10 },
  ),
  decisions: table(
    'decisions',
    { id: 'integer', subject: 'text', record: 'text', previous: 'blob', mac: 'blob' },
    { key: ['id'], since: 11 },
  ),
  lost: table('lost', { id: 'integer', kind: 'text', rows: 'integer', at: 'integer' }, { key: ['id'] }),
};

export type { RowOf };
/** Name of a table of the ledger. */
export type TableName = keyof typeof tables;

interface ResultOfRun {
  readonly run: number;
  readonly attempt: number;
  readonly at: number;
  readonly outcome: string;
  readonly stage: string | null;
  readonly code: string | null;
  readonly message: string | null;
}

/** The part of their checksums that results of one moment have in common. */
export function baseOfSeal({ run, attempt, at, outcome, stage, code, message }: ResultOfRun): number {
  return run * 11 + attempt * 13 + at * 19 + 23 * checksum([outcome, stage, code, message]);
}

/** The rest of that checksum, as SQL. @param base what `baseOfSeal` returned. */
export const sealInSql = (asset: string, seq: string, base: string): string =>
  `(${asset} * 7 + (${seq}) * 17 + ${base}) % ${prime}`;
