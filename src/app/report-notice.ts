import { displayUri, printable, UsageError } from '../core/index.js';
import { buildCases, type DraftDirectory, type NoticeName, noticeNames, refusals } from '../reports/index.js';
import type { Case, Recipient } from '../reports/types.js';
import { type Drafting, openDrafting } from './drafting.js';
import { letterOf } from './letter.js';
import { allRefused, type CaseOptions, caseOptions, type Drafted } from './report-draft.js';
import { openContext, openOperator } from './report-input.js';
import { withLooks } from './reviews.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** Which detections are told to whom, and how. */
export interface LetterOptions extends CaseOptions {
  /** Who gets the letters: `host` or `owner`. */
  readonly receiver?: string | undefined;
  /** E-mail addresses of receivers; the first is used first. */
  readonly recipient?: readonly string[] | undefined;
  /** Asks the registries for abuse contacts over the network. */
  readonly rdap?: boolean | undefined;
  /** URL of the directory that holds the registries' lists. Default: IANA's. */
  readonly rdapBootstrap?: string | undefined;
  readonly allowPrivate?: boolean | undefined;
  /** Who was told before, with the number of the report. */
  readonly told?: readonly string[] | undefined;
}

/** Jurisdictions known to let the sender of a notice stay anonymous: DSA Art. 16(2)(c). */
const anonymousPlaces = ['eu', 'de'];

const isEmail = (text: string): boolean => /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text);

/**
 * Drafts letters to hosting providers or site owners, with a directory for each host or site, as text, e-mail and XARF.
 * Sends nothing. In everything else it works as `draftReports`.
 * @throws UsageError as `draftReports`
 * @example
 * await draftLetters({ receiver: 'host', events: ['events.jsonl'], recipient: ['abuse@host.example'], drafts: 'reports' }, { config });
 */
export async function draftLetters(options: LetterOptions, given: Surroundings = {}): Promise<Drafted> {
  const around = surrounded(given);
  const to = noticeNames.find((known) => known === options.receiver);
  if (!to) throw new UsageError(`no receiver: give --to with one of ${noticeNames.join(', ')}`);
  const wrong = options.recipient?.find((address) => !isEmail(address));
  if (wrong !== undefined) throw new UsageError(`--recipient ${printable(wrong)}: not an e-mail address`);
  const who = await openOperator(around.config, options);
  if (options.anonymous && !anonymousPlaces.includes(who.jurisdiction.code)) {
    throw new UsageError(
      `--anonymous: only known to be allowed in ${anonymousPlaces.join(', ')} (DSA Art. 16(2)(c)); jurisdiction is ${who.jurisdiction.code}`,
    );
  }
  const drafting = await openDrafting(options, around, `notice-${to}`, 'report notice');
  try {
    return await draftAll(to, who, drafting, { options, around });
  } finally {
    drafting.close();
  }
}

interface Asked {
  readonly options: LetterOptions;
  readonly around: Around;
}

async function draftAll(
  to: NoticeName,
  who: Pick<Case, 'operator' | 'jurisdiction'>,
  { all, events, filed, reviews, write }: Drafting,
  { options, around }: Asked,
): Promise<Drafted> {
  const none = { detections: all.length, refused: 0, paths: [], noted: true };
  if (all.length === 0) return none;
  const lookup = withLooks(await openContext(options, events, around.signal), reviews);
  const { cases, refused } = buildCases(events, lookup, {
    ...who,
    groupBy: 'host',
    statesIllegality: true,
    ...caseOptions(options),
  });
  for (const { event, refusal } of refused)
    around.voice.say(`refused ${displayUri(event.uri)}: ${refusals[refusal]}`);
  if (cases.length === 0 && refused.length > 0) throw allRefused();
  const drafts: DraftDirectory[] = [];
  const from = options.anonymous ? undefined : who.operator.reporter.email!;
  for (const found of cases) {
    const recipients = await recipientsOf(found, to, { options, around });
    const whole: Case = { ...found, filed, recipients, ...(options.told ? { told: options.told } : {}) };
    drafts.push(await letterOf(whole, to, from));
  }
  return { ...none, refused: refused.length, ...(await write(drafts)) };
}

/** The recipients that the caller gave, then those that the registries name, each once. */
async function recipientsOf(
  found: Case,
  to: NoticeName,
  { options, around }: Asked,
): Promise<readonly Recipient[]> {
  const given = (options.recipient ?? []).map((email): Recipient => ({ email, scope: 'given' }));
  const host = found.group.key.replace(/^host:/, '');
  if (!options.rdap || host === 'local') return given;
  const { findRecipients } = await import('./abuse-lookup.js');
  const { rdapBootstrap = 'https://data.iana.org/rdap/', allowPrivate = false } = options;
  const hostIp = found.files.find((file) => file.context.hostIp)?.context.hostIp;
  const looked = await findRecipients(host, hostIp, to, {
    bootstrap: rdapBootstrap.replace(/\/?$/, '/'),
    allowPrivate,
    signal: around.signal,
    say: (line) => around.voice.say(line),
  });
  return [...given, ...looked.filter((one) => !given.some((known) => known.email === one.email))];
}
