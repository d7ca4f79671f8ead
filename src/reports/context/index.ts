import { UsageError } from '../../core/index.js';
import type { DetectionEvent } from '../../core/types.js';
import type { AssetContext, IpEvent } from '../types.js';
import { plainIp } from '../xml/index.js';
import { type contextKeys, contextSchema } from './schema.js';
import { checkShape } from './shape.js';

type Key = (typeof contextKeys)[number];
type Entry = AssetContext & { readonly [key in Key]?: string };

/**
 * Looks up what is known about an event. Of the entries that name it, those with its id win, then those with its
 * address, then those with its digest.
 */
export type ContextLookup = (event: DetectionEvent) => AssetContext;

const hint = 'see docs/schemas/context.schema.json';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Merges two entries about one asset: joins lists and merges parts. Raises UsageError where they contradict each other.
 */
export function mergeContext<T>(a: T, b: T, where: string): T {
  if (a === undefined) return b;
  if (b === undefined || JSON.stringify(a) === JSON.stringify(b)) return a;
  if (Array.isArray(a) && Array.isArray(b)) {
    const seen = new Map([...a, ...b].map((item) => [JSON.stringify(item), item]));
    return [...seen.values()] as T;
  }
  if (isObject(a) && isObject(b)) {
    const merged: Record<string, unknown> = { ...a };
    for (const [key, value] of Object.entries(b))
      merged[key] = mergeContext(merged[key], value, `${where} ${key}`);
    return merged as T;
  }
  throw new UsageError(`${where}: two entries on the same asset say different things; keep the right one`);
}

const ipsOf = (context: AssetContext): readonly (readonly [string, IpEvent])[] => [
  ...(context.uploadIp ? [['uploadIp', context.uploadIp] as const] : []),
  ...(context.uploader?.ips ?? []).map((event, i) => [`uploader/ips/${i}`, event] as const),
];

/** Checks what a schema cannot express. Raises UsageError. */
export function checkContext(context: AssetContext, where: string): void {
  const addresses = [
    ...ipsOf(context).map(([at, { ip }]) => [at, ip] as const),
    ...(context.hostIp ? [['hostIp', context.hostIp] as const] : []),
  ];
  for (const [at, ip] of addresses) {
    if (plainIp(ip) === undefined) throw new UsageError(`${where}/${at}: not an IP address; ${hint}`);
  }
  if (context.url !== undefined && !/^https?:/i.test(context.url))
    throw new UsageError(`${where}/url: no web address: it must begin with http:// or https://; ${hint}`);
  const { report, file } = context.ncmec ?? {};
  for (const key of ['fileViewedByEsp', 'exifViewedByEsp', 'industryClassification', 'reportId', 'fileId']) {
    if (file?.[key] !== undefined) {
      throw new UsageError(`${where}/ncmec/file: ${key} can't be set here; record who looked in "review"`);
    }
  }
  if (report?.reporter !== undefined) {
    throw new UsageError(`${where}/ncmec/report: the reporter comes from the configuration's block operator`);
  }
}

function lookup(entries: readonly Entry[], name: string): ContextLookup {
  const index = new Map<string, AssetContext>();
  entries.forEach((entry, i) => {
    const { event, uri, sha256, sha1, md5, ...context } = entry;
    const where = `${name} assets/${i}`;
    checkContext(context, where);
    const keys = Object.entries({ event, uri, sha256, sha1, md5 });
    for (const [key, value] of keys) {
      if (value === undefined) continue;
      const id = `${key}:${key === 'uri' ? value : value.toLowerCase()}`;
      index.set(id, mergeContext(index.get(id), context as AssetContext, where) as AssetContext);
    }
  });
  return (event) =>
    index.get(`event:${event.id}`) ??
    index.get(`uri:${event.uri}`) ??
    index.get(`sha256:${event.digests.sha256}`) ??
    index.get(`sha1:${event.digests.sha1}`) ??
    index.get(`md5:${event.digests.md5}`) ??
    {};
}

/** Reads a context file in JSON. Raises UsageError. */
export async function contextFromJson(text: string, name: string): Promise<ContextLookup> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${name}: not valid JSON; ${hint}`);
  }
  await checkShape(contextSchema, value, name, hint);
  return lookup((value as { assets: readonly Entry[] }).assets, name);
}

const columns: Readonly<Record<string, string>> = {
  event: 'event',
  uri: 'uri',
  sha256: 'sha256',
  sha1: 'sha1',
  md5: 'md5',
  url: 'url',
  uploader_id: 'uploader.id',
  first_name: 'uploader.firstName',
  last_name: 'uploader.lastName',
  screen_name: 'uploader.screenName',
  display_name: 'uploader.displayNames[]',
  email: 'uploader.emails[].address',
  phone: 'uploader.phones[]',
  profile_url: 'uploader.profileUrls[]',
  date_of_birth: 'uploader.dateOfBirth',
  ip: 'uploader.ips[].ip',
  ip_event: 'uploader.ips[].event',
  ip_at: 'uploader.ips[].at',
  ip_port: 'uploader.ips[].port',
  disabled_at: 'uploader.disabledAt',
  uploaded_at: 'uploadedAt',
  upload_ip: 'uploadIp.ip',
  upload_ip_at: 'uploadIp.at',
  upload_port: 'uploadIp.port',
  file_name: 'fileName',
  title: 'title',
  public: 'publiclyAvailable',
  removed: 'removed',
  removed_at: 'removedAt',
  host_ip: 'hostIp',
  note: 'note',
};
export const contextColumns = Object.keys(columns);

const cell = (path: string, text: string): unknown => {
  if (/\.port$/.test(path) && /^\d+$/.test(text)) return Number(text);
  if (path === 'publiclyAvailable' || path === 'removed') {
    if (/^(true|yes|1)$/i.test(text)) return true;
    if (/^(false|no|0)$/i.test(text)) return false;
  }
  return text;
};

/** Puts a cell where its path says; `[]` is the only element of a list. */
function place(entry: Record<string, unknown>, path: string, value: unknown): void {
  const steps = path.split('.');
  let here = entry;
  steps.forEach((step, i) => {
    const key = step.replace('[]', '');
    const isLast = i === steps.length - 1;
    if (isLast) here[key] = step.endsWith('[]') ? [value] : value;
    else {
      const next = (step.endsWith('[]') ? (here[key] as unknown[] | undefined)?.[0] : here[key]) ?? {};
      here[key] = step.endsWith('[]') ? [next] : next;
      here = next as Record<string, unknown>;
    }
  });
}

/**
 * Reads a context file in CSV, and merges several lines about one asset. Raises UsageError, which names the column or
 * line.
 */
export async function contextFromCsv(text: string, name: string): Promise<ContextLookup> {
  const { parse } = await import('csv-parse/sync');
  let rows: Record<string, string>[];
  try {
    rows = parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new UsageError(`${name}: not readable as CSV: ${error instanceof Error ? error.message : ''}`);
  }
  const unknown = Object.keys(rows[0] ?? {}).find((column) => columns[column] === undefined);
  if (unknown !== undefined) {
    throw new UsageError(
      `${name}: unknown column "${unknown}"; the columns are: ${contextColumns.join(', ')}`,
    );
  }
  const entries = rows.map((row) => {
    const entry: Record<string, unknown> = {};
    for (const [column, value] of Object.entries(row)) {
      const path = columns[column]!;
      if (value !== '') place(entry, path, cell(path, value));
    }
    return entry;
  });
  await checkShape(contextSchema, { schema: 'hashsieve/context/1', assets: entries }, name, hint);
  return lookup(entries as Entry[], name);
}

export { eventNames, fileAnnotations } from './ncmec-words.js';
export { operatorTemplate, readOperator } from './operator.js';
export { plainContext } from './plain.js';
export { assetSchema, operatorSchema } from './schema.js';
export { checkShape } from './shape.js';
