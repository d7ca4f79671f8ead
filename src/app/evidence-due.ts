import { type EvidencePackage, listEvidence } from './evidence-list.js';
import type { EvidenceOptions } from './evidence-store.js';

/** When something counts as due. */
export interface DueOptions extends EvidenceOptions {
  /** Seconds: what may be destroyed within this time is due already. Default: 0. */
  readonly within?: number | undefined;
}

/** What somebody has to do. */
export interface DueEvidence {
  /** Packages whose time is over, and those whose destruction was interrupted. */
  readonly due: readonly EvidencePackage[];
  /** Packages whose time has not begun: their report is not completed, or no period is known. */
  readonly waiting: readonly EvidencePackage[];
  /** What is wrong with the custody log. */
  readonly damage: readonly string[];
}

/**
 * Tells which packages may be destroyed now. Destroys nothing: a person does, with `destroyEvidence`.
 * @throws UsageError as `listEvidence`
 * @example
 * const { due, waiting, damage } = await dueEvidence({ evidenceStore: '/srv/evidence', within: 7 * 24 * 3600 });
 */
export async function dueEvidence(options: DueOptions): Promise<DueEvidence> {
  const { packages, damage } = await listEvidence(options);
  const end = Date.now() + (options.within ?? 0) * 1000;
  const isDue = ({ state, until }: EvidencePackage) =>
    state === 'due' ||
    state === 'destroying' ||
    (state === 'kept' && until !== undefined && Date.parse(until) <= end);
  return {
    due: packages.filter(isDue),
    waiting: packages.filter(({ state }) => state === 'waiting'),
    damage,
  };
}
