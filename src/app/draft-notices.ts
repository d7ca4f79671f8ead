import type { DetectionEvent } from '../core/types.js';
import { version } from '../files/index.js';
import type { DraftDirectory, JurisdictionCode, NoticeName, RefusedEvent } from '../reports/index.js';
import type { Case, Operator } from '../reports/types.js';

/** Who writes a notice to whom. */
export interface NoticeOptions {
  /** `host`: the provider that stores the files; `owner`: who runs the site. */
  readonly to: NoticeName;
  /** Who you are; a notice must name an e-mail address of its sender. */
  readonly operator: Operator;
  /** Whose law applies. Default: `operator.jurisdiction`. One of the two must be given. */
  readonly jurisdiction?: JurisdictionCode;
  /** E-mail addresses of receivers; the first is used first. */
  readonly recipients?: readonly string[];
  /** Who was told before: `NCMEC CyberTipline, report 123`. */
  readonly told?: readonly string[];
  /** The grade that a person gave to all files. */
  readonly classification?: NonNullable<Case['classification']>;
  /** Default: now. */
  readonly now?: Date;
}

/**
 * Drafts one letter for each host (or owner) of these events' files. A draft is a set of files for one directory: text,
 * e-mail and, where there is a classification, XARF. Writes and sends nothing: a person reads the drafts first.
 * `refused` holds the events that must not be told, such as tests and pictures that an allow list calls harmless, each
 * with the reason. Raises UsageError where the operator has no e-mail address and where neither option nor operator
 * says whose law applies.
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
