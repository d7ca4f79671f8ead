import { displayUri, printable, UsageError, type Voice } from '../core/index.js';
import type { DecisionName, DetectionEvent } from '../core/types.js';
import { isDamage, type Ledger } from '../ledger/index.js';
import type { ContextLookup } from '../reports/context/index.js';
import type { Review } from '../reports/types.js';

/** What the ledger says of people who looked, and what they decided, by event. */
export interface Reviews {
  readonly looks: ReadonlyMap<string, Review>;
  readonly decided: ReadonlyMap<string, { readonly decision: DecisionName; readonly by: string }>;
}

/** Reads from the ledger who looked at what. Raises UsageError where it cannot tell: a draft must not say that nobody did. */
export function readReviews(ledger: Ledger | undefined, voice: Voice): Reviews {
  const looks = new Map<string, Review>();
  const decided = new Map<string, { decision: DecisionName; by: string }>();
  const { records, lost } = recordsOf(ledger);
  if (lost > 0)
    voice.say(
      `hashsieve: ${lost} of the decisions in the ledger cannot be trusted or are gone: if somebody looked, say so as "review" in --context`,
      { level: 'warning' },
    );
  for (const one of records) {
    if (one.kind !== 'decision') continue;
    const { event, by, at, decision, fileViewed, exifViewed, classification } = one;
    decided.set(event, { decision, by });
    if (!fileViewed && !exifViewed) continue;
    const before = looks.get(event);
    looks.set(event, {
      ...before,
      ...{ by, at },
      fileViewed: fileViewed || before?.fileViewed === true,
      exifViewed: exifViewed || before?.exifViewed === true,
      ...(classification !== undefined && { classification }),
    });
  }
  return { looks, decided };
}

function recordsOf(ledger: Ledger | undefined) {
  try {
    return ledger?.decisions.all() ?? { records: [], lost: 0 };
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new UsageError(
      `nobody can tell who looked at what is reported: ${(error as Error).message}; with --no-ledger, say it as "review" in --context`,
    );
  }
}

/** What is known of an event, with the look that the ledger records. What the context says goes first. */
export const withLooks =
  (lookup: ContextLookup, { looks }: Reviews): ContextLookup =>
  (event) => {
    const context = lookup(event);
    const look = looks.get(event.id);
    if (!look) return context;
    const { review } = context;
    const fileViewed = look.fileViewed || review?.fileViewed === true;
    const exifViewed = look.exifViewed === true || review?.exifViewed === true;
    return { ...context, review: { ...look, ...review, fileViewed, exifViewed } };
  };

/** The events that no person decided to be none. Says which those are. */
export function withoutRefuted(
  events: readonly DetectionEvent[],
  { decided }: Reviews,
  voice: Voice,
): readonly DetectionEvent[] {
  return events.filter((event) => {
    const said = decided.get(event.id);
    if (said?.decision !== 'not-a-match' && said?.decision !== 'test') return true;
    voice.say(
      `left out ${event.id} (${displayUri(event.uri)}): ${printable(said.by)} decided: ${said.decision.replaceAll('-', ' ')}`,
    );
    return false;
  });
}
