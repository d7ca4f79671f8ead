import { createHash } from 'node:crypto';
import { displayUri, endOf, printable, UsageError, utcText } from '../core/index.js';
import { authorities } from './authorities.js';
import {
  addressLine,
  draftSchema,
  fullName,
  listsOf,
  type Manifest,
  manifestName,
  manifestOf,
  readManifest,
  writeManifest,
} from './case/index.js';
import { accountText, fileText } from './hotline.js';
import { notices } from './notice.js';
import type { Authority, Case, Draft, Finding } from './types.js';

export { draftSchema, type Manifest, manifestName, readManifest } from './case/index.js';

/** Everyone to whom a draft can be addressed. */
const receivers = {
  ...authorities,
  'notice-host': notices.host,
  'notice-owner': notices.owner,
} satisfies Record<string, Authority>;
export type ReceiverName = keyof typeof receivers;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

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
    ...preserveUntil(jurisdiction, found.now),
    list(jurisdiction.duties, '-'),
    '\n## Always\n\n',
    '- Do not open, copy, e-mail or print the files. No picture is part of this draft, on purpose.\n',
    '- Do not tell the account holder, or anyone who need not know, before the authority agrees.\n',
    `- After editing: hashsieve report check on this directory.\n`,
  ].join('');
}

/** Until when to preserve, where a period is known: it runs from the completed report. */
function preserveUntil({ period }: Case['jurisdiction'], now: number): string[] {
  if (!period) return [];
  const day = (at: string) => at.slice(0, 10);
  const today = new Date(now).toISOString();
  return [
    `- A report that is completed on ${day(today)} is preserved until ${day(endOf(period, today))}: ` +
      'hashsieve evidence seal keeps it, and hashsieve evidence due tells when the time is over.\n',
  ];
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

/** The draft for a receiver. Raises what the receiver raises. */
export const draftFor = (found: Case, authority: ReceiverName, uuid: () => string): Draft =>
  receivers[authority].draft(found, uuid);

const digestsOf = (files: Draft['files']): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)]));

/**
 * Everything that a draft's directory contains. Raises UsageError where the draft would not pass its own check: nobody
 * should have to find that out when they file it.
 */
export function assemble(found: Case, authority: ReceiverName, draft: Draft): DraftDirectory {
  const directory = directoryOf(found, authority, draft);
  const findings = checkDraft(new Map(Object.entries(directory.files)), found.now);
  const [first] = findings;
  if (!first) return directory;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  throw new UsageError(
    printable(
      `case ${found.group.key}: the draft would not pass its check: ${first.file} ${first.element} ${first.message}${more}; ` +
        'correct the context or the operator block',
    ),
  );
}

function directoryOf(found: Case, authority: ReceiverName, draft: Draft): DraftDirectory {
  return {
    name: `${authority}-${found.id}`,
    files: {
      ...draft.files,
      [manifestName]: writeManifest(manifestOf(found, authority, draft, digestsOf(draft.files))),
      'CHECKLIST.md': checklist(found, authority, draft),
      'summary.txt': draft.summary ?? summary(found),
    },
  };
}

const isText = /\.(xml|json|jsonl|md|txt|eml)$/;

/** A manifest and its receiver. Undefined where the text is no manifest, or names an unknown receiver. */
function receivedBy(text: string | undefined): { manifest: Manifest; receiver: Authority } | undefined {
  const manifest = text === undefined ? undefined : readManifest(text);
  const name = (Object.keys(receivers) as ReceiverName[]).find((known) => known === manifest?.authority);
  return manifest && name && { manifest, receiver: receivers[name] };
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
  const known = receivedBy(files.get(manifestName));
  if (!known) {
    add(manifestName, 'required', `is missing, or no manifest of ${draftSchema}; draft the case again`);
    return findings;
  }
  const { manifest, receiver } = known;
  const drafted = Object.keys(manifest.files);
  const expected = new Set([...drafted, ...ownFiles]);
  for (const name of files.keys())
    if (isText.test(name) && !expected.has(name))
      add(name, 'unknown', 'is no part of the draft: nothing tells of it');
  const found = receiver.check(files, now);
  const missing = drafted.filter(
    (name) => !files.has(name) && !found.some(({ file, rule }) => file === name && rule === 'required'),
  );
  for (const name of missing) add(name, 'required', 'the file is missing');
  return [...findings, ...found];
}

/** These files are written beside the draft when it is sent, and are no part of it. */
const submissionFiles = ['submission.jsonl', 'submission-lock.json'];
const ownFiles = [manifestName, 'CHECKLIST.md', 'summary.txt', ...submissionFiles];

/**
 * The files for the receiver that have changed since they were drafted. A person may complete a draft, and must know
 * what was changed.
 */
export function editedFiles(files: ReadonlyMap<string, string>): readonly string[] {
  const drafted = readManifest(files.get(manifestName) ?? '')?.files ?? {};
  return Object.entries(drafted).flatMap(([name, digest]) => {
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
