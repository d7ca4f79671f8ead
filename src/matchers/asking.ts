import { type Allowance, monotonic, withAnswers } from '../core/index.js';
import type { Fingerprint, Match, Problem, ScanResult } from '../core/types.js';
import { Asker, type AskerSeams } from './asker.js';
import { type QuestionSet, questionsOf } from './questions.js';
import {
  type Answered,
  type AnswerStore,
  type Asking,
  type Hit,
  type KeptAnswer,
  MatcherFailure,
  type OpenedService,
} from './types.js';

/** Options of `openAsking`. */
export interface AskingOptions {
  /** The allow lists. They suppress matches of a service as they suppress matches of a list. */
  readonly allow?: Allowance | undefined;
  /** True: asks again where a service found no match before this run. */
  readonly again?: boolean;
  /** Called at the first failure of each service. */
  readonly onFailure?: (service: string, why: string) => void;
  /** Returns milliseconds since 1970. Tests replace it. */
  readonly clock?: () => number;
  /** The clock of each asker. Tests replace it. */
  readonly seams?: AskerSeams;
}

/** Milliseconds for which a question waits for others that can go in the same request. */
const moment = 10;

const usual: AskerSeams = { now: monotonic, soon: (work) => void setTimeout(work, moment) };

/** Asks all services about each result. The caller closes it after use. */
export function openAsking(services: readonly OpenedService[], options: AskingOptions = {}): Asking {
  const clock = options.clock ?? Date.now;
  const begun = clock();
  const askers = services.map((service) => ({
    service,
    asker: new Asker(service.matcher, service.connections, options.seams ?? usual),
  }));
  const failed = new Set<string>();
  const tellFailure = (name: string, why: string) => {
    if (failed.has(name)) return;
    failed.add(name);
    options.onFailure?.(name, why);
  };
  const counts = ({ keepNoMs }: OpenedService, { at, hits }: KeptAnswer) =>
    hits.length > 0 || (at <= clock() && at > clock() - keepNoMs && (!options.again || at >= begun));
  return {
    identities: services.map(({ identity }) => identity),
    async about(results, store) {
      const found = results.map((): Found => ({ matches: [], at: 0 }));
      await Promise.all(
        askers.map(async ({ service, asker }) => {
          const asked = results.map((result) =>
            questionsOf(result, service.matcher.uses, service.looks).map((set) => ({ result, set })),
          );
          const sets = asked.flat().map(({ set }) => set);
          const kept = store?.recall(
            service.identity,
            sets.map(({ name }) => name),
          );
          const answers = await Promise.all(
            sets.map((set, at): SetAnswer | Promise<SetAnswer> => {
              const known = kept?.[at];
              return known && counts(service, known) ? known : askSet(set, asker, clock);
            }),
          );
          keepNew(store, service.identity, sets, answers, kept ?? []);
          let next = 0;
          for (const [at, ones] of asked.entries())
            for (const { result, set } of ones) {
              const answer = answers[next++]!;
              if (answer.trouble) tellFailure(service.name, answer.trouble.message);
              note(found[at]!, { answer, set, service, result });
            }
        }),
      );
      return results.map((result, at) => finished(result, found[at]!, options.allow));
    },
    async close() {
      await Promise.all(services.map((service) => service.close()));
    },
  };
}

/** The answer to a set of questions. */
interface SetAnswer extends KeptAnswer {
  /** Set where a question got no answer, or none that can be used. */
  readonly trouble?: { readonly code: string; readonly message: string } | undefined;
}

interface Found {
  matches: Match[];
  problem?: Problem;
  /** When the services answered, milliseconds since 1970. */
  at: number;
}

async function askSet({ questions }: QuestionSet, asker: Asker, clock: () => number): Promise<SetAnswer> {
  const answers = await Promise.all(questions.map((question) => asker.ask(question)));
  const hits: (Hit & { question: number })[] = [];
  let trouble: SetAnswer['trouble'];
  for (const [question, answer] of answers.entries())
    if (answer instanceof MatcherFailure) trouble ??= answer;
    else if ('unclear' in answer) trouble ??= { code: 'remote-answer', message: answer.unclear };
    else hits.push(...answer.hits.map((hit) => ({ ...hit, question })));
  return { at: clock(), hits, trouble };
}

/** Stores the new answers to sets in which the service answered every question. */
function keepNew(
  store: AnswerStore | undefined,
  identity: string,
  sets: readonly QuestionSet[],
  answers: readonly SetAnswer[],
  kept: readonly (KeptAnswer | undefined)[],
): void {
  const fresh = answers.flatMap((answer, at) =>
    answer.trouble || answer === kept[at] ? [] : [{ set: sets[at]!.name, at: answer.at, hits: answer.hits }],
  );
  if (fresh.length > 0) store?.keep(identity, fresh);
}

function note(
  found: Found,
  {
    answer,
    set,
    service,
    result,
  }: { answer: SetAnswer; set: QuestionSet; service: OpenedService; result: ScanResult },
): void {
  found.at = Math.max(found.at, answer.at);
  const nearest = new Map<string, Match>();
  for (const { question, ...hit } of answer.hits) {
    const about = set.questions[question]?.about;
    if (!about) continue;
    const match = matchOf(hit, about, service, result);
    const key = `${match.category} ${match.entryId}`;
    // Several looks may hit one entry. An exact hit replaces a near one.
    if (!nearest.has(key) || match.matchType === 'exact') nearest.set(key, match);
  }
  found.matches.push(...nearest.values());
  if (answer.trouble && !found.problem) {
    const { code, message } = answer.trouble;
    found.problem = { stage: 'match', code, message: `matching service ${service.name}: ${message}` };
  }
}

/**
 * Makes a match of a hit. The match has no distance, because a service tells none: the service decides what is near.
 */
function matchOf(
  { matchType, ...hit }: Hit,
  { algorithm, view, frame }: Fingerprint,
  { name, type, supplier }: OpenedService,
  { facts }: ScanResult,
): Match {
  const time = frame === undefined ? undefined : facts?.times?.[frame];
  return {
    list: name,
    ...hit,
    matcher: type,
    ...(matchType && { matchType }),
    algorithm,
    band: view === undefined ? 'exact' : 'strong',
    ...(view !== undefined && { view }),
    ...(frame !== undefined && { frame }),
    ...(time !== undefined && { time }),
    ...(supplier !== undefined && { supplier }),
  };
}

function finished(
  result: ScanResult,
  { matches, problem, at }: Found,
  allow: Allowance | undefined,
): Answered | undefined {
  const mark = matches.length > 0 ? allow?.(result.fingerprints) : undefined;
  const marked = matches.map((match) => {
    const suppressed = mark?.(match);
    return suppressed ? { ...match, suppressed } : match;
  });
  const after = withAnswers(result, { matches: marked, problem });
  return after === result ? undefined : { result: after, at: new Date(at) };
}
