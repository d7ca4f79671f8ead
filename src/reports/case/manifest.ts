import { matchCountOf, utcText } from '../../core/index.js';
import type { DetectionEvent, ListIdentity, Match } from '../../core/types.js';
import type { Case, Draft, Grouping, Review } from '../types.js';
import { json } from './facts.js';
import { isObject, parseDraft } from './json-draft.js';

export const draftSchema = 'hashsieve/draft/1';
export const manifestName = 'manifest.json';

/** One detection of a draft. */
export interface ManifestEvent
  extends Pick<
    DetectionEvent,
    | 'id'
    | 'uri'
    | 'member'
    | 'part'
    | 'detectedAt'
    | 'scanId'
    | 'frame'
    | 'asset'
    | 'digests'
    | 'fingerprints'
    | 'problem'
  > {
  readonly url?: string;
  /** Name without folders; empty where the address has none. */
  readonly fileName: string;
  /** The matches that may be reported. */
  readonly matches: readonly Match[];
  readonly otherMatches?: readonly Match[];
  /** How many listed hashes matched, where the event does not list them all. */
  readonly matchCount?: number;
  /** What a person saw; null where no one has looked. */
  readonly review: Review | null;
}

/** What a draft's directory says about itself: the file `manifest.json`. */
export interface Manifest {
  readonly schema: typeof draftSchema;
  readonly draft: string;
  /** Name of the receiver. */
  readonly authority: string;
  /** Id of the case: 16 hex digits. */
  readonly case: string;
  readonly group: { readonly by: Grouping; readonly key: string };
  readonly jurisdiction: string;
  /** ISO 8601, UTC. */
  readonly draftedAt: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly organisation: string;
  readonly lists: readonly ListIdentity[];
  readonly events: readonly ManifestEvent[];
  readonly leftOut?: Draft['leftOut'];
  /** SHA-256 of each file for the receiver, as drafted, hex. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The manifest of a draft.
 * @param files SHA-256 of each file for the receiver, hex.
 */
export function manifestOf(
  found: Case,
  authority: string,
  { leftOut }: Draft,
  files: Manifest['files'],
): Manifest {
  const lists = new Map(
    found.files.flatMap((file) => file.event.lists).map((list) => [`${list.name} ${list.sha256}`, list]),
  );
  return {
    schema: draftSchema,
    draft: 'DRAFT: this tool has sent nothing',
    authority,
    case: found.id,
    group: found.group,
    jurisdiction: found.jurisdiction.code,
    draftedAt: utcText(found.now),
    tool: { name: 'hashsieve', version: found.toolVersion },
    organisation: found.operator.organisation,
    lists: [...lists.values()],
    events: found.files.map(eventOf),
    ...(leftOut?.length ? { leftOut } : {}),
    files,
  };
}

function eventOf({ event, context, url, fileName, matches }: Case['files'][number]): ManifestEvent {
  return {
    id: event.id,
    uri: event.uri,
    ...(event.member === undefined ? {} : { member: event.member }),
    ...(event.part === undefined ? {} : { part: event.part }),
    ...(url === undefined ? {} : { url }),
    fileName,
    detectedAt: event.detectedAt,
    scanId: event.scanId,
    ...(event.frame === undefined ? {} : { frame: event.frame }),
    asset: event.asset,
    digests: event.digests,
    fingerprints: event.fingerprints,
    matches,
    ...(event.matches.length > matches.length
      ? { otherMatches: event.matches.filter((match) => !matches.includes(match)) }
      : {}),
    ...(matchCountOf(event) > event.matches.length ? { matchCount: matchCountOf(event) } : {}),
    review: context.review ?? null,
    ...(event.problem ? { problem: event.problem } : {}),
  };
}

/** Text of `manifest.json`. */
export const writeManifest = (manifest: Manifest): string => json(manifest);

/** Reads and checks what `writeManifest` wrote. Undefined where the text is no manifest, or a damaged one. */
export function readManifest(text: string): Manifest | undefined {
  const parsed = parseDraft(new Map([[manifestName, text]]), manifestName);
  return 'value' in parsed && isManifest(parsed.value) ? parsed.value : undefined;
}

type Json = Readonly<Record<string, unknown>>;

const isManifest = (value: unknown): value is Manifest =>
  isObject(value) &&
  value.schema === draftSchema &&
  texts(value, ['authority', 'case', 'draftedAt', 'organisation', 'jurisdiction', 'draft']) &&
  !Number.isNaN(Date.parse(String(value.draftedAt))) &&
  isObject(value.group) &&
  texts(value.group, ['by', 'key']) &&
  isObject(value.tool) &&
  texts(value.tool, ['name', 'version']) &&
  Array.isArray(value.lists) &&
  Array.isArray(value.events) &&
  value.events.length > 0 &&
  value.events.every(isEvent) &&
  (value.leftOut === undefined || Array.isArray(value.leftOut)) &&
  isObject(value.files) &&
  Object.values(value.files).every((digest) => isHex(digest, 64));

const isEvent = (value: unknown): boolean =>
  isObject(value) &&
  texts(value, ['id', 'uri', 'fileName', 'detectedAt', 'scanId']) &&
  [value.member, value.part, value.url].every((text) => text === undefined || typeof text === 'string') &&
  isObject(value.digests) &&
  isHex(value.digests.md5, 32) &&
  isHex(value.digests.sha256, 64) &&
  isObject(value.asset) &&
  Array.isArray(value.fingerprints) &&
  Array.isArray(value.matches) &&
  (value.review === null || isObject(value.review));

const texts = (value: Json, names: readonly string[]): boolean =>
  names.every((name) => typeof value[name] === 'string');

const isHex = (value: unknown, digits: number): boolean =>
  typeof value === 'string' && value.length === digits && /^[0-9a-f]*$/i.test(value);
