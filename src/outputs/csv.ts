import { matchCountOf, shortNearness } from '../core/index.js';
import type { DetectionEvent, Match } from '../core/types.js';
import { harmless, stringify } from './csv-cells.js';
import type { OutputFormat, OutputRecord } from './types.js';

const columns = [
  'outcome',
  'uri',
  'frame',
  'list',
  'entry_id',
  'algorithm',
  'distance',
  'threshold',
  'view',
  'band',
  'expected_by_chance',
  'category',
  'classification',
  'matches',
  'other_matches',
  'stage',
  'code',
  'message',
  'media_type',
  'size',
  'width',
  'height',
  'md5',
  'sha1',
  'sha256',
  'detected_at',
  'event_id',
  'scan_id',
  'list_sha256',
  'tool_version',
  'test',
  'suppressed',
  'page',
  'decision',
  'decided_by',
  'rings',
  'acknowledged_until',
] as const;

type Row = Partial<Record<(typeof columns)[number], string | number>>;

/** One row for each result, for spreadsheets. A leading quote neutralises cells that would run as a formula. */
export const csv: OutputFormat = {
  extensions: ['csv'],
  about: 'one row a result, safe to open in a spreadsheet',
  create: () => ({
    begin: () => stringify([columns as unknown as string[]]),
    record: (record) => stringify([rowOf(record)], { columns: columns as unknown as string[], ...harmless }),
    end: () => '',
  }),
};

function rowOf(record: OutputRecord): Row {
  const { asset } = record;
  const facts: Row = {
    outcome: record.outcome,
    uri: record.uri,
    scan_id: record.scanId,
    ...(record.page === undefined ? {} : { page: record.page }),
    ...(record.acknowledged ? { acknowledged_until: record.acknowledged.until } : {}),
    ...(asset ? { media_type: asset.mediaType, size: asset.size } : {}),
    ...(asset?.width && asset.height ? { width: asset.width, height: asset.height } : {}),
  };
  if (record.outcome !== 'matched')
    return {
      ...facts,
      ...(record.stage === undefined ? {} : { stage: record.stage }),
      ...(record.code === undefined ? {} : { code: record.code }),
      ...(record.message === undefined ? {} : { message: record.message }),
    };
  const { best } = record;
  return {
    ...facts,
    ...record.digests,
    ...(record.frame === undefined ? {} : { frame: record.frame }),
    list: best.list,
    entry_id: best.entryId,
    algorithm: best.algorithm,
    ...(best.distance === undefined ? {} : { distance: best.distance }),
    ...(best.threshold === undefined ? {} : { threshold: best.threshold }),
    ...(best.view === undefined ? {} : { view: best.view }),
    ...(best.band === undefined ? {} : { band: best.band }),
    ...(best.expectedByChance === undefined ? {} : { expected_by_chance: best.expectedByChance }),
    category: best.category,
    ...(best.classification === undefined ? {} : { classification: best.classification }),
    matches: matchCountOf(record),
    other_matches: otherMatches(record),
    ...(record.problem ? { ...record.problem } : {}),
    detected_at: record.detectedAt,
    event_id: record.id,
    list_sha256: record.lists.find((list) => list.name === best.list)?.sha256 ?? '',
    tool_version: record.tool.version,
    ...(record.test ? { test: 'true' } : {}),
    ...(record.decided ? { decision: record.decided.decision, decided_by: record.decided.by } : {}),
    ...(record.decided?.rings ? { rings: record.decided.rings } : {}),
    ...(record.suppressed ? { suppressed: record.suppressed.reason ?? record.suppressed.entryId } : {}),
  };
}

function otherMatches(event: DetectionEvent): string {
  const omitted = matchCountOf(event) - event.matches.length;
  const others = event.matches.slice(1).map(shortMatch);
  return [...others, ...(omitted > 0 ? [`+${omitted} more`] : [])].join('; ');
}

const shortMatch = (match: Match): string =>
  `${match.list}#${match.entryId} ${match.algorithm} ${shortNearness(match)}`;
