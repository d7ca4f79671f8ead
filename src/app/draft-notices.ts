import type { DetectionEvent } from '../core/types.js';
import { version } from '../files/index.js';
import type { DraftDirectory, JurisdictionCode, NoticeName, RefusedEvent } from '../reports/index.js';
import type { Case, Operator } from '../reports/types.js';

/** Who writes a notice to whom. */
export interface NoticeOptions {
  /** `host`: the provider that stores the files; `owner`: who runs the site. */
  readonly to: NoticeName;
  /** Who you are; a notice names an e-mail address of its reporter. */
  readonly operator: Operator;
  /** Whose law applies; default: what `operator.jurisdiction` says. One of them must. */
  readonly jurisdiction?: JurisdictionCode;
  /** E-mail addresses, best first. */
  readonly recipients?: readonly string[];
  /** Who was told already: `NCMEC CyberTipline, report 123`. */
  readonly told?: readonly string[];
  /** Grade that a human gave all files. */
  readonly classification?: NonNullable<Case['classification']>;
  /** Default: now. */
  readonly now?: Date;
}

/**
 * Drafts letters to those who host the files of these events, one for each host, as the files of a directory each: text, e-mail and,
 * where there is a classification, XARF. Writes and sends nothing: a person reads them first. Events that must not be told so
 * (tests, what an allow list calls harmless) come back with the reason. Raises UsageError where the operator has no address or nobody says whose law applies.
 * @example
 * const { notices, refused } = await draftNotices(ledger.detections()!, { to: 'host', operator, recipients: ['abuse@host.example'] });
 * for (const { name, files } of notices) console.log(name, files['letter.txt']);
 */
export async function draftNotices(
  events: readonly DetectionEvent[],
  options: NoticeOptions,
): Promise<{ readonly notices: readonly DraftDirectory[]; readonly refused: readonly RefusedEvent[] }> {
  const { buildCases } = await import('../reports/index.js');
  const { jurisdictionOf } = await import('../reports/index.js');
  const { letterOf } = await import('./letter.js');
  const { to, operator, recipients = [], told, classification, now = new Date() } = options;
  const { cases, refused } = buildCases(events, () => ({}), {
    operator,
    jurisdiction: jurisdictionOf(options.jurisdiction ?? operator.jurisdiction),
    groupBy: 'host',
    statesIllegality: true,
    now: now.getTime(),
    toolVersion: version,
    ...(classification && { classification }),
  });
  const notices: DraftDirectory[] = [];
  for (const one of cases) {
    const given = recipients.map((email) => ({ email, scope: 'given' as const }));
    const whole: Case = { ...one, recipients: given, ...(told && { told }) };
    notices.push(await letterOf(whole, to, operator.reporter.email!));
  }
  return { notices, refused };
}
