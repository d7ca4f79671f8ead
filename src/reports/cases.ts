import { createHash } from 'node:crypto';
import { containerOf, displayUri, fileUri } from '../core/index.js';
import type { DetectionEvent, Match } from '../core/types.js';
import { undecided } from './case/index.js';
import { type ContextLookup, plainContext } from './context/index.js';
import { type Refusal, reportable } from './events.js';
import type { Jurisdiction } from './jurisdictions.js';
import type { Case, CaseFile, Grouping, Operator, Review } from './types.js';
import { commonUploader, uploaderKey } from './uploaders.js';
import { hostOf, withoutCredentials } from './xml/index.js';

/** What all cases of one run share. */
export interface CaseOptions {
  readonly operator: Operator;
  readonly jurisdiction: Jurisdiction;
  readonly groupBy: Grouping;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly zone?: string;
  readonly toolVersion: string;
  readonly classification?: Review['classification'];
  readonly anonymous?: boolean;
  /** True where the receiver's text calls the files illegal. */
  readonly statesIllegality?: boolean;
}

export interface RefusedEvent {
  readonly event: DetectionEvent;
  readonly refusal: Refusal;
}

/** The last part of an event's address, decoded where it is UTF-8: `a%20b.jpg` → `a b.jpg`. */
export function fileNameOf(event: Pick<DetectionEvent, 'uri' | 'member' | 'part'>): string {
  const { member } = event;
  if (member !== undefined) return member.slice(member.lastIndexOf('/') + 1);
  const uri = containerOf(event);
  if (uri.startsWith('file:///')) {
    const path = displayUri(uri);
    return path.slice(path.lastIndexOf('/') + 1);
  }
  if (!URL.canParse(uri)) return '';
  const { pathname } = new URL(uri);
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/**
 * The public web address of an asset: the one in the context, its own, or the one by the operator's table of folders.
 * An asset inside a container has the container's.
 */
export function publicUrl(
  event: Pick<DetectionEvent, 'uri' | 'member' | 'part'>,
  told: string | undefined,
  folders: Operator['publicAddresses'],
): string | undefined {
  if (told !== undefined) return withoutCredentials(told);
  const container = containerOf(event);
  if (/^https?:/.test(container)) return withoutCredentials(container);
  for (const { files, url } of folders ?? []) {
    const folder = fileUri(Buffer.from(files.endsWith('/') ? files : `${files}/`));
    if (container.startsWith(folder))
      return withoutCredentials(`${url.endsWith('/') ? url : `${url}/`}${container.slice(folder.length)}`);
  }
  return undefined;
}

function caseFile(
  event: DetectionEvent,
  matches: readonly Match[],
  options: CaseOptions,
  lookup: ContextLookup,
) {
  const context = plainContext(lookup(event), options, `event ${event.id}`);
  const url = publicUrl(event, context.url, options.operator.publicAddresses);
  const file: CaseFile = {
    event,
    context,
    matches,
    fileName: context.fileName ?? fileNameOf(event),
    ...(url === undefined ? {} : { url }),
  };
  return file;
}

function keyOf(file: CaseFile, by: Grouping): string {
  if (by === 'event') return `event:${file.event.id}`;
  const uploader =
    by === 'user' ? (uploaderKey(file) ?? (file.context.uploader && `event:${file.event.id}`)) : undefined;
  if (uploader !== undefined) return uploader;
  return `host:${(file.url && hostOf(file.url)) ?? 'local'}`;
}

const byTimeThenAddress = (a: CaseFile, b: CaseFile): number =>
  a.event.detectedAt.localeCompare(b.event.detectedAt) ||
  (a.event.uri < b.event.uri ? -1 : a.event.uri > b.event.uri ? 1 : 0);

/** Id of a case: 64 bits of SHA-256 over its sorted event ids, in hex. */
export const caseId = (eventIds: readonly string[]): string =>
  createHash('sha256')
    .update([...eventIds].sort().join('\n'))
    .digest('hex')
    .slice(0, 16);

/**
 * Groups events into cases: one for each account (or person, by IP or e-mail), host or event. Events of which nobody
 * knows who uploaded them are grouped by host; those with a name alone stand alone. It returns refused events with the reason. Raises UsageError where the context contradicts itself, or contains a time
 * that it cannot read.
 */
export function buildCases(
  events: readonly DetectionEvent[],
  lookup: ContextLookup,
  options: CaseOptions,
): { readonly cases: readonly Case[]; readonly refused: readonly RefusedEvent[] } {
  const groups = new Map<string, CaseFile[]>();
  const refused: RefusedEvent[] = [];
  for (const event of events) {
    const answer = reportable(event);
    if ('refusal' in answer) {
      refused.push({ event, refusal: answer.refusal });
      continue;
    }
    const file = caseFile(event, answer.matches, options, lookup);
    const refusal = undecided(file, options);
    if (refusal) {
      refused.push({ event, refusal });
      continue;
    }
    const key = keyOf(file, options.groupBy);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  const cases = [...groups].map(([key, unordered]): Case => {
    const files = unordered.sort(byTimeThenAddress);
    const uploader = commonUploader(files);
    const { groupBy, statesIllegality: _, ...shared } = options;
    return {
      ...shared,
      id: caseId(files.map((file) => file.event.id)),
      group: { by: groupBy, key },
      files,
      priorReports: [],
      ...(uploader ? { uploader } : {}),
    };
  });
  return { cases, refused };
}
