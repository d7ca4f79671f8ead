import { hostname } from 'node:os';
import { displayUri, printable, shortNearness } from '../core/index.js';
import { advice, type Notice } from './notice.js';

/** The most detections that a message lists; of the others it tells how many are in which folder. */
const mostListed = 20;
const mostFolders = 20;

/** A notice in words for people: how many and how sure, where, what to do next. */
export function words({ test, detections, due = [] }: Notice): {
  readonly subject: string;
  readonly text: string;
} {
  if (test)
    return { subject: 'hashsieve: TEST, nothing was found', text: 'This is a test of hashsieve notify.\n' };
  const lines = detections
    .slice(0, mostListed)
    .map(
      (one) =>
        `${one.detectedAt}  ${displayUri(one.uri)}\n` +
        `  ${one.category}${one.band === undefined ? '' : `, ${one.band}`}, ${printable(one.list)}#${printable(one.entryId)}, ` +
        `${one.algorithm} ${shortNearness(one)}, event ${one.id}`,
    );
  const [first] = detections;
  const text = [
    `${detections.length} matched${sureness(detections)}, since ${first?.detectedAt ?? ''}.`,
    advice,
    '',
    ...lines,
    ...restByFolder(detections.slice(mostListed)),
    ...due
      .slice(0, mostListed)
      .map((one) => `TAKE-DOWN CASE ${printable(one.case)} is due ${one.due}: hashsieve takedown due`),
    '',
    'Next:',
    '  hashsieve status',
    `  hashsieve decide ${first?.id ?? 'EVENT'} --as NAME --decision …`,
    `  hashsieve report draft --scan ${printable(first?.scanId ?? 'latest')} --to AUTHORITY`,
  ];
  return {
    subject: `hashsieve: ${detections.length} matched on ${printable(hostname())}`,
    text: `${text.join('\n')}\n`,
  };
}

function sureness(detections: Notice['detections']): string {
  const counts = new Map<string, number>();
  for (const { band } of detections) if (band) counts.set(band, (counts.get(band) ?? 0) + 1);
  const parts = [...counts].map(([band, count]) => `${band} ${count}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

function restByFolder(rest: Notice['detections']): string[] {
  const counts = new Map<string, number>();
  for (const { uri } of rest) {
    const folder = uri.slice(0, uri.lastIndexOf('/') + 1);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const named = [...counts].sort((a, b) => b[1] - a[1]);
  const lines = named
    .slice(0, mostFolders)
    .map(([folder, count]) => `and ${count} more in ${displayUri(folder)}`);
  const others = named.slice(mostFolders).reduce((sum, [, count]) => sum + count, 0);
  return others > 0 ? [...lines, `and ${others} more in ${named.length - mostFolders} other folders`] : lines;
}
