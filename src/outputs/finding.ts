import { displayUri, isPartlySeen, isUnseen } from '../core/index.js';
import type { OutputRecord } from './types.js';

/** The kinds of findings, as pipelines name rules, with what they mean. */
export const findingRules = {
  'known-image': 'A picture is on a list of known abuse material.',
  'possible-known-image':
    'A picture resembles one on a list of known abuse material, by which a person must decide.',
  'test-image': 'A test picture was found: TEST ALARM, an exercise.',
  'not-looked-at': 'A file, or a part of it, could not be looked at. It is not known to be clear.',
} as const;
/** Name of a kind of findings. */
export type FindingRule = keyof typeof findingRules;

/**
 * What a pipeline's page shows of one result. Such pages are public or seen by many, so this names the place and the
 * event, and holds no hash, list, category, distance, digest, or picture.
 */
export interface Finding {
  readonly rule: FindingRule;
  readonly level: 'error' | 'warning' | 'note';
  /** Path as a URI reference, percent-encoded: relative to the working directory where the asset is below it. */
  readonly uri: string;
  /** The same for people, with control characters escaped. */
  readonly place: string;
  /** One sentence without line breaks. */
  readonly message: string;
  /** Id of the detection's event: the private outputs and the ledger tell the rest of it. */
  readonly eventId?: string;
  /** Why the finding needs nobody any more: an allow list, a decision, or an acknowledgement. */
  readonly settled?: string;
}

/**
 * The finding of a record, or undefined for one that needs no attention: a clear asset, or a file that is no picture.
 *
 * @param directory - `file:` URI of the working directory, without a slash at its end; without it places stay whole
 */
export function findingOf(record: OutputRecord, directory?: string): Finding | undefined {
  const place = placeOf(record.uri, directory);
  if (record.outcome === 'matched') return { ...place, ...matchOf(record) };
  const { outcome, stage, code = '' } = record;
  const isOpen = outcome === 'failed' || isUnseen(code) || (record.asset && isPartlySeen(record.asset));
  if (!isOpen) return undefined;
  const why = outcome === 'clear' ? 'only a part of it could be read' : stage ? `${stage}/${code}` : code;
  return {
    ...place,
    rule: 'not-looked-at',
    level: 'warning',
    message: `Not looked at: ${why}. It is not known to be clear.`,
    ...(record.acknowledged ? { settled: 'acknowledged' } : {}),
  };
}

function matchOf(record: Extract<OutputRecord, { outcome: 'matched' }>): Omit<Finding, 'uri' | 'place'> {
  const { id, test, best, suppressed, decided, problem } = record;
  const isHandled = decided !== undefined && decided.rings === undefined;
  const settled = suppressed ? 'allow list' : isHandled ? 'decided' : undefined;
  const rule = test ? 'test-image' : best.band === 'possible' ? 'possible-known-image' : 'known-image';
  const open = rule === 'possible-known-image' ? 'warning' : 'error';
  const what = test ? 'TEST ALARM, an exercise.' : 'Match with known material: do not open or copy it.';
  return {
    rule,
    level: settled === undefined ? open : 'note',
    message: `${what} Event ${id}.${problem ? ' A part of the file could not be read.' : ''}`,
    eventId: id,
    ...(settled === undefined ? {} : { settled }),
  };
}

function placeOf(uri: string, directory: string | undefined): Pick<Finding, 'uri' | 'place'> {
  if (directory === undefined || !uri.startsWith(`${directory}/`)) return { uri, place: displayUri(uri) };
  const relative = uri.slice(directory.length + 1);
  return { uri: relative, place: displayUri(`file:///${relative}`).slice(1) };
}
