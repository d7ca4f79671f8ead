import { BestMatches } from './best-matches.js';
import { matchCountOf } from './event.js';
import { pickProblem } from './judge.js';
import { isUnseen } from './summary.js';
import type { Match, Problem, ScanResult } from './types.js';

/** What matching services answered about one asset. */
export interface RemoteAnswers {
  /** The matches that they found, in any order. */
  readonly matches: readonly Match[];
  /** Set where a service gave no answer, or one that cannot be used, to any of the questions. */
  readonly problem?: Problem | undefined;
}

/**
 * The result of an asset after matching services have answered: their matches join those of the lists. An asset about
 * which a service gave no usable answer is not clear. Pure.
 */
export function withAnswers(result: ScanResult, { matches, problem }: RemoteAnswers): ScanResult {
  if (matches.length > 0 && result.facts) return matchedBy(result, matches, problem);
  if (!problem || result.outcome === 'failed') return result;
  if (result.outcome === 'matched') return result.problem ? result : { ...result, problem };
  // Such an asset makes the run incomplete by itself, and its reason says more.
  if (result.outcome === 'skipped' && isUnseen(result.reason)) return result;
  const { ref, facts, fingerprints, withheld } = result;
  return { outcome: 'failed', ref, ...(facts && { facts }), fingerprints, withheld, ...problem };
}

function matchedBy(result: ScanResult, matches: readonly Match[], problem?: Problem): ScanResult {
  const { ref, facts, fingerprints, withheld } = result;
  const before = result.outcome === 'matched' ? result.matches : [];
  const best = new BestMatches();
  for (const match of [...before, ...matches]) best.offer(match);
  const count = (result.outcome === 'matched' ? matchCountOf(result) : 0) + matches.length;
  const told = problemOf(result) ?? problem;
  return {
    outcome: 'matched',
    ...{ ref, facts: facts!, fingerprints, withheld },
    matches: best.kept().matches,
    matchCount: count,
    ...(told && { problem: told }),
  };
}

/** What was wrong before the services were asked, as `judge` tells it of an asset that matches. */
function problemOf(result: ScanResult): Problem | undefined {
  if (result.outcome === 'matched') return result.problem;
  if (result.outcome === 'failed') return pickProblem(result);
  if (result.outcome === 'skipped' && isUnseen(result.reason))
    return { stage: 'decode', code: result.reason, message: result.message };
  return undefined;
}
