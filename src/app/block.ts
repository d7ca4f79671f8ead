import { containerOf, decidedOf, printable, UsageError } from '../core/index.js';
import type { DetectionEvent } from '../core/types.js';
import type { Ledger } from '../ledger/index.js';
import { blockFormatNames, blockFormats } from '../remediation/index.js';
import type { BlockFormat, BlockTarget } from '../remediation/types.js';
import { readOperator } from '../reports/context/index.js';
import { publicUrl, reportable } from '../reports/index.js';
import type { Operator } from '../reports/types.js';
import { type DetectionOptions, openDetections } from './detections.js';
import { openContext } from './report-input.js';
import { writeRules } from './rule-file.js';
import { readBy } from './run-files.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';
import { requireApart } from './written-files.js';

/** Which detections to block, and which kind of rules to write. */
export interface BlockOptions extends DetectionOptions {
  /** Name of the rule format, which is that of the server that reads the rules. */
  readonly blockFormat?: string | undefined;
  /** Path of the rule file; the rules that are in it stay. Default: the rules are only returned. */
  readonly ruleFile?: string | undefined;
  /** Writes the file anew. An address that only the old file blocked is online again afterwards. */
  readonly replace?: boolean | undefined;
  /** Blocks the path of an address under every query. */
  readonly anyQuery?: boolean | undefined;
  /** Paths of files that say what is known of the assets: JSON or CSV. */
  readonly context?: readonly string[] | undefined;
  /** A program that says what is known of an event. */
  readonly contextCommand?: string | undefined;
}

/** The rules, and what happened to the addresses that have none. */
export interface Blocked {
  /** The rules as text. */
  readonly text: string;
  /** The rules that these detections need, each once. */
  readonly rules: readonly string[];
  /** Rules that the file already held and still holds. */
  readonly kept: readonly string[];
  /** Rules that the file held and no longer holds; safe to print. */
  readonly lifted: readonly string[];
  /** Addresses that need no rule; `stays` is true where another address's rule blocks them all the same. */
  readonly exempted: readonly { readonly uri: string; readonly reason: string; readonly stays: boolean }[];
  /** Addresses that are blocked under their own query only: under another the same file may be served. */
  readonly alone: readonly string[];
  /** Says why the server may not be able to read the rule file; undefined where it can. */
  readonly access: string | undefined;
  /** Addresses for which the format has no rule: they stay online. */
  readonly left: readonly { readonly uri: string; readonly reason: string }[];
}

/** What people said of an event. */
interface Said {
  /** Somebody graded it: `review.classification` of `--context`. */
  readonly isGraded: boolean;
  /** Somebody decided that it is no match, and nothing has changed since. */
  readonly isNoMatch: boolean;
}

/**
 * Says why an event's address stays online; undefined where it is to be blocked. Intimate images of adults (ncii) are
 * blocked.
 */
function exempt(
  event: DetectionEvent,
  refusal: string | undefined,
  { isGraded, isNoMatch }: Said,
): string | undefined {
  if (isNoMatch) return 'a person decided that it is no match (hashsieve decisions list)';
  if (refusal === 'test') return 'every match is a test entry';
  if (refusal === 'suppressed') return 'every match is on an allow list';
  if (!isGraded && isOnlyHarmful(event))
    return 'it matches only as harmful-abusive-material, which a person must decide on: say so with review.classification in --context';
  return event.uri === '' ? 'it has no address' : undefined;
}

/** True where every match that counts is of the category on which a person must decide. */
const isOnlyHarmful = ({ matches }: DetectionEvent): boolean =>
  matches.every(
    ({ category, suppressed }) =>
      suppressed !== undefined || category === 'test' || category === 'harmful-abusive-material',
  );

/**
 * Makes rules that make a server answer 451 at the addresses of detections, and writes them to `ruleFile`. Does not
 * load the rules into a server.
 * @throws UsageError where a file cannot be read or written, and where `ruleFile` holds something other than such rules
 * @example
 * const { left } = await blockAddresses({ events: ['events.jsonl'], blockFormat: 'nginx', ruleFile: 'blocked.conf' });
 */
export async function blockAddresses(options: BlockOptions, given: Surroundings = {}): Promise<Blocked> {
  const around = surrounded(given);
  const name = blockFormatNames.find((known) => known === options.blockFormat);
  if (!name) throw new UsageError(`no format: give --format with one of ${blockFormatNames.join(', ')}`);
  if (options.replace && options.ruleFile === undefined)
    throw new UsageError('--replace is for a file: give -o FILE');
  await requireFilesApart(options, around);
  const operator = await operatorOf(around);
  const { events, ledger, close } = await openDetections(options, around, 'block');
  const noMatches = new Set(events.filter((event) => isNoMatch(ledger, event)).map(({ id }) => id));
  close();
  const lookup = await openContext(options, events, around.signal);
  const { targets, exempted } = targetsOf(
    events,
    (event) => publicUrl(event, lookup(event).url, operator?.publicAddresses),
    (event) => ({
      isGraded: lookup(event).review?.classification !== undefined,
      isNoMatch: noMatches.has(event.id),
    }),
    options.anyQuery === true,
  );
  const format: BlockFormat = blockFormats[name];
  const { rules: wanted, left } = format.rulesFor(targets);
  const rules = [...new Set(wanted)];
  const { ruleFile, replace } = options;
  const { kept, lifted, access } =
    ruleFile === undefined
      ? { kept: [], lifted: [], access: undefined }
      : await writeRules(ruleFile, format, rules, replace);
  const blocked = new Set([...rules, ...kept]);
  return {
    ...{ text: format.write(rules), rules, kept, lifted, access },
    alone: targets.filter((target) => isAlone(format, target)).map(({ uri }) => uri),
    exempted: exempted.map(({ target, reason }) => {
      const stays = format.rulesFor([target]).rules.some((rule) => blocked.has(rule));
      return { uri: target.uri, reason, stays };
    }),
    left: left.map(({ target, reason }) => ({ uri: target.uri, reason })),
  };
}

/** True where a person decided that it is no match, and neither file nor lists have changed since. */
function isNoMatch(ledger: Ledger | undefined, event: DetectionEvent): boolean {
  const latest = ledger?.decisions.latest(event.id);
  return latest?.decision === 'not-a-match' && decidedOf(latest, event).rings === undefined;
}

/** True where the rule of a target blocks its own query only. */
function isAlone(format: BlockFormat, target: BlockTarget): boolean {
  const [rule] = format.rulesFor([target]).rules;
  return rule !== undefined && rule !== format.rulesFor([{ ...target, anyQuery: true }]).rules[0];
}

/** Raises UsageError where `ruleFile` is one of the files that are read. */
async function requireFilesApart(options: BlockOptions, around: Around): Promise<void> {
  const { ruleFile, events = [], context = [] } = options;
  await requireApart(ruleFile === undefined ? [] : [{ option: '--output', path: ruleFile }], [
    ...readBy(options, around),
    ...events.map((path) => ({ what: 'the file of --events', path })),
    ...context.map((path) => ({ what: 'the file of --context', path })),
  ]);
}

/** Reads from the configuration who runs the site; undefined where it does not say. Raises UsageError. */
async function operatorOf({ config }: Around): Promise<Operator | undefined> {
  if (config.blocks.operator === undefined) return undefined;
  return readOperator(config.blocks.operator, `configuration ${printable(config.path ?? '')}`);
}

/** The addresses of events, each once, and those that stay online. */
function targetsOf(
  events: readonly DetectionEvent[],
  urlOf: (event: DetectionEvent) => string | undefined,
  saidOf: (event: DetectionEvent) => Said,
  anyQuery: boolean,
) {
  const targets = new Map<string, BlockTarget>();
  const exempted: { readonly target: BlockTarget; readonly reason: string }[] = [];
  for (const event of events) {
    const answer = reportable(event);
    const reason = exempt(event, 'refusal' in answer ? answer.refusal : undefined, saidOf(event));
    const uri = containerOf(event);
    const url = urlOf(event);
    const key = `${uri} ${url ?? ''}`;
    const known = reason === undefined ? (targets.get(key)?.events ?? []) : [];
    const target = { uri, ...(url === undefined ? {} : { url }), anyQuery, events: [...known, event.id] };
    if (reason === undefined) targets.set(key, target);
    else exempted.push({ target, reason });
  }
  return { targets: [...targets.values()], exempted };
}
