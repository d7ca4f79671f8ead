import { readFile } from 'node:fs/promises';
import { matcherSecrets } from '../config/index.js';
import { printable } from '../core/index.js';
import type { MatcherType, OpenedService, Question } from '../matchers/types.js';
import { userAgentOf } from '../scanner/index.js';
import type { AlarmCheck } from './alarm-check.js';
import { leavesFor, type MatcherOptions, namedMatchers, openMatcher } from './matchers.js';
import type { Around } from './surroundings.js';

/**
 * Asks each service about its test entry, which must come back as a test. Where the service has none that is known
 * here, asks about the shipped test picture, to which any answer that can be understood will do.
 */
export async function* testServices(options: MatcherOptions, around: Around): AsyncGenerator<AlarmCheck> {
  const { matcherTypes } = await import('../matchers/index.js');
  for (const matcher of namedMatchers(options.matcher ?? [], around)) {
    yield { state: 'ok', what: leavesFor(matcher) };
    const kind: MatcherType = matcherTypes[matcher.type];
    const test = kind.test?.(matcher.settings);
    const secrets = matcherSecrets(matcher, around.environment);
    const service = await openMatcher(matcher, secrets, userAgentOf(options.contact), around.signal);
    try {
      yield await tested(service, test);
    } finally {
      await service.close();
    }
  }
}

async function tested({ name, matcher }: OpenedService, test: Question | undefined): Promise<AlarmCheck> {
  const { MatcherFailure } = await import('../matchers/types.js');
  const what = (text: string) => `matching service ${name}: ${text}`;
  try {
    const [answer] = await matcher.ask([test ?? (await pictureQuestion(matcher.uses))]);
    if (!answer || 'unclear' in answer)
      return { state: 'failed', what: what(answer?.unclear ?? 'it gave no answer') };
    const told = answer.hits.map(({ category }) => category).join(', ') || 'no match';
    if (!test)
      return {
        state: 'missed',
        what: what(`it answers (${told}); ask it for a test hash and name that as "testHash"`),
      };
    const isTest = answer.hits.some(({ category }) => category === 'test');
    return { state: isTest ? 'ok' : 'failed', what: what(`its test entry: ${printable(told)}`) };
  } catch (error) {
    if (!(error instanceof MatcherFailure)) throw error;
    return { state: 'failed', what: what(error.message) };
  }
}

/** The hashes of the shipped test picture, as a question. */
async function pictureQuestion(uses: OpenedService['matcher']['uses']): Promise<Question> {
  const text = await readFile(new URL('../../assets/selftest.jsonl', import.meta.url), 'utf8');
  const fields = JSON.parse(text) as Readonly<Record<string, string>>;
  const hashes = Object.fromEntries(uses.map((name) => [name, fields[name]!]));
  return { key: 'selftest', hashes };
}
