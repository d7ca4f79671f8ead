import { createHash } from 'node:crypto';
import { matchCountOf } from '../core/event.js';
import { displayUri, printable } from '../core/uri.js';
import { utcText } from '../core/utc-time.js';
import { addressLine, fullName, json } from './case/facts.js';
import { isObject, parseDraft } from './case/json-draft.js';
import { listsOf } from './case/statement.js';
import { accountText, fileText } from './hotline.js';
import { authorities } from './index.js';
import { notices } from './notice.js';
import type { Authority, Case, Draft, Finding } from './types.js';

export const draftSchema = 'hashsieve/draft/1';

/** Everyone for whom a directory can be drafted. */
const receivers = {
  ...authorities,
  'notice-host': notices.host,
  'notice-owner': notices.owner,
} satisfies Record<string, Authority>;
export type ReceiverName = keyof typeof receivers;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function manifest(found: Case, authority: ReceiverName, draft: Draft): string {
  const lists = new Map(
    found.files.flatMap((file) => file.event.lists).map((list) => [`${list.name} ${list.sha256}`, list]),
  );
  return json({
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
    events: found.files.map(({ event, context, url, fileName, matches }) => ({
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
    })),
    ...(draft.leftOut?.length ? { leftOut: draft.leftOut } : {}),
    files: Object.fromEntries(Object.entries(draft.files).map(([name, text]) => [name, sha256(text)])),
  });
}

function checklist(found: Case, authority: ReceiverName, draft: Draft): string {
  const { title, filing } = receivers[authority];
  const { jurisdiction } = found;
  const isUsual = jurisdiction.authorities.includes(authority);
  const list = (items: readonly string[], mark: string) =>
    items.map((item) => `${mark} ${printable(item)}\n`).join('');
  const leftOut = (draft.leftOut ?? []).map(
    ({ file, element, reason }) =>
      `${file}: ${element} was left out, because its text ${reason}. The text stands in manifest.json.`,
  );
  return [
    `# DRAFT for ${title}\n\n`,
    'Nothing was sent. A person decides whether to report, completes this draft, and files it. This is no legal advice.\n\n',
    `Case ${found.id}: ${found.files.length} file(s), ${displayUri(found.group.key)}. Drafted ${utcText(found.now)}.\n\n`,
    `## To do before filing\n\n${list([...draft.open, ...leftOut], '- [ ]')}\n`,
    `## Where to file\n\n${list(filing, '-')}`,
    isUsual
      ? '\n'
      : `- In ${jurisdiction.title} the usual receiver is another: ${jurisdiction.authorities.join(', ')}. Check whom you must tell.\n\n`,
    `## ${jurisdiction.title}\n\n`,
    `- By when: ${jurisdiction.deadline}\n- How long to preserve: ${jurisdiction.preservation}\n`,
    list(jurisdiction.duties, '-'),
    '\n## Always\n\n',
    '- Do not open, copy, e-mail or print the files. No picture is part of this draft, on purpose.\n',
    '- Do not tell the account holder, or anyone who need not know, before the authority agrees.\n',
    `- After editing: hashsieve report check on this directory.\n`,
  ].join('');
}

function summary(found: Case): string {
  const { operator } = found;
  const person = operator.reporter;
  return [
    'DRAFT, not sent. Drafted by hashsieve from detection events, for pasting into a web form.\n\n',
    `Reported by: ${[fullName(person), operator.organisation].filter(Boolean).join(', ')}\n`,
    `Contact: ${[person.email, person.phone, addressLine(person)].filter(Boolean).join(', ')}\n`,
    `Service: ${operator.service ?? operator.domain}\n\n`,
    `${found.files.length} file(s) were found automatically, by comparing hashes with ${listsOf(found.files)}.\n\n`,
    accountText(found.uploader),
    ...found.files.map((file, i) => `\n${fileText(found, file, i + 1)}`),
  ].join('');
}

export interface DraftDirectory {
  /** Name of the directory: `ncmec-0123456789abcdef`. */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What a receiver wants to be told of a case. Raises what the receiver raises. */
export const draftFor = (found: Case, authority: ReceiverName, uuid: () => string): Draft =>
  receivers[authority].draft(found, uuid);

/** Everything that a draft's directory holds. */
export function assemble(found: Case, authority: ReceiverName, draft: Draft): DraftDirectory {
  return {
    name: `${authority}-${found.id}`,
    files: {
      ...draft.files,
      'manifest.json': manifest(found, authority, draft),
      'CHECKLIST.md': checklist(found, authority, draft),
      'summary.txt': draft.summary ?? summary(found),
    },
  };
}

const isText = /\.(xml|json|jsonl|md|txt|eml)$/;

/** What a draft directory says of itself. */
export interface Manifest {
  readonly authority: ReceiverName;
  readonly case: string;
  readonly group: string;
  /** Ids of the events in it. */
  readonly events: readonly string[];
  /** When it was drafted, milliseconds since 1970. */
  readonly at: number;
  /** SHA-256 of each file for the receiver as it was drafted, hex. */
  readonly files: ReadonlyMap<string, string>;
}

/** Undefined where the text is no manifest. */
export function readManifest(text: string): Manifest | undefined {
  const parsed = parseDraft(new Map([['manifest.json', text]]), 'manifest.json');
  if (!('value' in parsed) || parsed.value.schema !== draftSchema) return undefined;
  const { authority, events, group, files } = parsed.value;
  const name = (Object.keys(receivers) as ReceiverName[]).find((known) => known === authority);
  if (!name || !Array.isArray(events)) return undefined;
  const ids = events.filter(isObject).map((event) => String(event.id));
  return {
    authority: name,
    case: String(parsed.value.case),
    group: isObject(group) ? String(group.key) : '',
    events: ids,
    at: Date.parse(String(parsed.value.draftedAt)) || 0,
    files: new Map(
      Object.entries(isObject(files) ? files : {}).map(([file, digest]) => [file, String(digest)]),
    ),
  };
}

/** Everything that is wrong with a draft's directory, given as file name → text, in the order of its files. */
export function checkDraft(files: ReadonlyMap<string, string>, now: number): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (file: string, rule: string, message: string) =>
    findings.push({ file, element: '/', rule, message });
  for (const name of files.keys()) {
    if (!isText.test(name)) add(name, 'no-media', 'has no place in a draft: it holds text only');
  }
  for (const name of ['CHECKLIST.md', 'summary.txt']) {
    if (!files.has(name)) add(name, 'required', 'the file is missing');
  }
  const text = files.get('manifest.json');
  const manifest = text === undefined ? undefined : readManifest(text);
  if (!manifest) {
    add('manifest.json', 'required', `is missing, or no manifest of ${draftSchema}; draft the case again`);
    return findings;
  }
  const known = new Set([...manifest.files.keys(), ...ownFiles]);
  for (const name of files.keys())
    if (isText.test(name) && !known.has(name))
      add(name, 'unknown', 'is no part of the draft: nothing tells of it');
  const found = receivers[manifest.authority].check(files, now);
  const missing = [...manifest.files.keys()].filter(
    (name) => !files.has(name) && !found.some(({ file, rule }) => file === name && rule === 'required'),
  );
  for (const name of missing) add(name, 'required', 'the file is missing');
  return [...findings, ...found];
}

/** What was sent is written beside the draft and is no part of it. */
const submissionFiles = ['submission.jsonl', 'submission-lock.json'];
const ownFiles = ['manifest.json', 'CHECKLIST.md', 'summary.txt', ...submissionFiles];

/** Files for the receiver that are no longer as they were drafted: a person may complete a draft, and must know what was touched. */
export function editedFiles(files: ReadonlyMap<string, string>): readonly string[] {
  const drafted = readManifest(files.get('manifest.json') ?? '')?.files ?? new Map<string, string>();
  return [...drafted].flatMap(([name, digest]) => {
    const text = files.get(name);
    return text === undefined || sha256(text) === digest ? [] : [name];
  });
}

/** Identifies a draft: SHA-256 over the names and contents of all its files, in the order of their names, in hex. */
export function draftDigest(files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const name of [...files.keys()].filter((file) => !submissionFiles.includes(file)).sort()) {
    hash.update(JSON.stringify([name, files.get(name)]));
  }
  return hash.digest('hex');
}
