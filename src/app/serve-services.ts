import { setTimeout as delay } from 'node:timers/promises';
import type { KnownHashes } from '../core/index.js';
import type { ScanResult } from '../core/types.js';
import type { AlgorithmName } from '../fingerprints/index.js';
import type { AnswerStore, Asking } from '../matchers/types.js';
import type { Scanner } from '../scanner/index.js';
import type { MatcherOptions } from './matchers.js';
import { servicesOf } from './services-of.js';
import type { Around } from './surroundings.js';

/** How uploads are asked about. */
export interface UploadServiceOptions extends MatcherOptions {
  /** What becomes of an upload about which a service did not answer in time: `reject` (default) or `accept`. */
  readonly onSlow?: string | undefined;
  /** Seconds for which an upload waits for the services. Default 5. */
  readonly slowAfter?: number | undefined;
}

/** What the services added to the results of one upload. */
export interface Asked {
  readonly results: readonly ScanResult[];
  /**
   * Set where the services did not answer in time: the results with their answers, once those are there. Never rejects;
   * undefined where the service ended before.
   */
  readonly late?: Promise<readonly ScanResult[] | undefined>;
}

/** The matching services that every upload is asked about. */
export interface UploadServices {
  /** The algorithms to compute: those of the lists, and those that the questions need. */
  algorithms(lists: readonly KnownHashes[]): readonly AlgorithmName[];
  /** Asks about the results of one upload, and waits no longer than it may. */
  ask(results: readonly ScanResult[], store: AnswerStore): Promise<Asked>;
  close(): Promise<void>;
}

const slow = {
  stage: 'match',
  code: 'remote-slow',
  message: 'a matching service did not answer in time',
} as const;

/** The result where a service did not answer in time: what matched stays a match, nothing else counts as looked at. */
export function unanswered(result: ScanResult): ScanResult {
  if (result.outcome === 'clear') return { ...result, outcome: 'failed', ...slow };
  return result.outcome === 'matched' && !result.problem ? { ...result, problem: slow } : result;
}

/**
 * Opens the services of `--matcher`; undefined where none is named. `scanner` is the one in use, whose allow lists
 * suppress what services match. Raises UsageError as `scan` does.
 */
export async function openUploadServices(
  options: UploadServiceOptions,
  around: Around,
  scanner: () => Scanner,
): Promise<UploadServices | undefined> {
  const ended = new AbortController();
  const wanted = await servicesOf(options, { ...around, signal: ended.signal });
  if (!wanted) return undefined;
  const { slowAfter = 5 } = options;
  const asking: Asking = await wanted.open(
    (fingerprints) => scanner().allowance?.(fingerprints) ?? (() => undefined),
  );
  return {
    algorithms: (lists) => wanted.algorithms(lists),
    async ask(results, store) {
      const answers = asking
        .about(results, store)
        .then((answered) => results.map((result, at) => answered[at]?.result ?? result))
        // Only the end of the service makes it reject: nobody waits any more then.
        .catch(() => undefined);
      const patience = new AbortController();
      const first = await Promise.race([
        answers,
        delay(1000 * slowAfter, 'slow' as const, { signal: patience.signal }).catch(() => undefined),
      ]);
      patience.abort();
      return first === 'slow' || first === undefined ? { results, late: answers } : { results: first };
    },
    async close() {
      ended.abort(new Error('the service ends'));
      await asking.close();
    },
  };
}
