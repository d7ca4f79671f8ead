import { addressOf, isUnseen, type UnreadFile } from '../core/index.js';
import type { DetectionEvent } from '../core/types.js';
import { refOfKey } from './asset-key.js';
import type { DamageLog } from './damage.js';
import type { Detections } from './detections.js';
import type { Database, Row } from './driver.js';
import { readRows } from './salvage.js';
import { tables } from './tables.js';

const results = tables.results.whole();

/** As `Ledger.unread`. */
export function unreadFiles(
  database: Database,
  damage: DamageLog,
  detections: Detections,
  scanId: string | undefined,
): readonly UnreadFile[] | undefined {
  const run =
    scanId === undefined
      ? undefined
      : database.value(
          "SELECT number FROM runs WHERE id = @id OR @id = 'latest' ORDER BY started_at DESC, number DESC LIMIT 1",
          {
            id: scanId,
          },
        );
  if (scanId !== undefined && run === undefined) return undefined;
  const rows = database
    .prepare(
      `SELECT CAST(ref AS BLOB), sha256, ${results.list} FROM results JOIN assets ON assets.id = results.asset
       WHERE current = 1 AND outcome IN ('failed', 'skipped')${run === undefined ? '' : ' AND run = ?'} ORDER BY seq`,
    )
    .all(...(run === undefined ? [] : [run]));
  const read = (row: Row): UnreadFile | undefined => {
    const { outcome, stage, code } = results.read(row, 2);
    if (code === null || (outcome === 'skipped' && !isUnseen(code))) return undefined;
    const place = addressOf(refOfKey(Buffer.from(row[0] as Uint8Array).toString('utf8')));
    const sha256 = row[1] instanceof Uint8Array ? Buffer.from(row[1]).toString('hex') : undefined;
    return { place, code: outcome === 'skipped' ? code : `${stage}/${code}`, ...(sha256 && { sha256 }) };
  };
  const lost = () => 'why a file could not be read is damaged';
  const unread = readRows(rows, read, damage, lost).filter((one) => one !== undefined);
  const events = scanId === undefined ? detections.all() : (detections.of(scanId) ?? []);
  return [...unread, ...events.flatMap(partlyRead)];
}

/** A detection whose file could not be read whole. */
const partlyRead = ({ uri, problem, digests }: DetectionEvent): UnreadFile[] =>
  problem ? [{ place: uri, code: `${problem.stage}/${problem.code}`, sha256: digests.sha256 }] : [];
