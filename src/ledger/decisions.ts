import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Acknowledgement, Decision, UnreadFile } from '../core/index.js';
import { isAcknowledged } from '../core/index.js';
import { Damage, type DamageLog, isDamage } from './damage.js';
import type { Database, Row } from './driver.js';
import { isText, parsedObject } from './json.js';
import { lostRows } from './lost.js';
import { tables } from './tables.js';

/** What a person decided or acknowledged. */
export type PersonalRecord = Decision | Acknowledgement;

const columns = tables.decisions.whole();
const none = new Uint8Array(0);

const voided = 'what people decided before cannot be trusted, so it silences no alarm';

/**
 * What people decided, oldest first. Each row is sealed with a key that lies outside the ledger, together with the row
 * before it: a row that somebody wrote into the file, changed, or took out from between others is found out. Whatever
 * was decided before such a place silences nothing any more, because what is gone may have taken it back.
 */
export class Decisions {
  /** The key that seals decisions. Without it none can be read or added. */
  key: Uint8Array | undefined;
  /** Where the key should be, for messages. */
  keyPath = 'decisions.key';
  #silencing: Silencing | undefined;

  constructor(
    readonly database: Database,
    private readonly damage: DamageLog,
  ) {}

  /** Adds records, all or none. */
  add(records: readonly PersonalRecord[], key: Uint8Array): void {
    this.database.transact(() => {
      const [last, mac] = this.database
        .prepare('SELECT id, mac FROM decisions ORDER BY id DESC LIMIT 1')
        .get() ?? [0, none];
      let previous: Uint8Array = mac instanceof Uint8Array ? mac : none;
      let id = last as number;
      const insert = this.database.prepare(
        `INSERT INTO decisions (id, subject, record, previous, mac, sum)
         VALUES (@id, @subject, @record, @previous, @mac, @sum)`,
      );
      for (const one of records) {
        id += 1;
        const subject = subjectOf(one);
        const record = JSON.stringify(one);
        const mac = macOf(key, { id, subject, record, previous });
        const row = { id, subject, record, previous, mac };
        insert.run({ ...row, sum: tables.decisions.seal(row) });
        previous = mac;
      }
    });
    this.#silencing = undefined;
  }

  /**
   * Everything that people decided and acknowledged, in order, and the number of rows that cannot be trusted or are
   * gone. Raises Damage where there is no key for what is there.
   */
  all(): { readonly records: readonly PersonalRecord[]; readonly lost: number } {
    const { records, lost } = this.#read();
    return { records, lost: lost + lostRows(this.database, ['decisions']).rows };
  }

  /** The latest decision about an event, where it counts. */
  latest(event: string): Decision | undefined {
    return this.#silence().decisions.get(event);
  }

  /** The acknowledgement of a file that could not be read, where one holds. */
  acknowledgementOf(file: UnreadFile, now: Date): Acknowledgement | undefined {
    return this.#silence()
      .acknowledged.get(file.place)
      ?.find((said) => isAcknowledged(said, file, now));
  }

  /** True where anything was ever acknowledged. */
  get hasAcknowledgements(): boolean {
    return this.#silence().acknowledged.size > 0;
  }

  /** What may silence an alarm. Read once: a run of which somebody decides meanwhile rings once more. */
  #silence(): Silencing {
    this.#silencing ??= this.damage.attempt(voided, () => this.#readSilencing()) ?? silencing([]);
    return this.#silencing;
  }

  #readSilencing(): Silencing {
    const { trusted, lost } = this.#read();
    // What was decided since shows that a person knows.
    if (lost > 0 && trusted.length === 0) this.damage.note(voided);
    // A row that a repair left behind may have taken back what an earlier one says.
    const { at } = lostRows(this.database, ['decisions']);
    return silencing(at === undefined ? trusted : trusted.filter((one) => Date.parse(one.at) > at));
  }

  #read() {
    const rows = this.database.prepare(`SELECT ${columns.list} FROM decisions ORDER BY id`).all();
    const records: PersonalRecord[] = [];
    let trusted: PersonalRecord[] = [];
    let lost = 0;
    let before: Uint8Array = none;
    if (rows.length > 0 && !this.key)
      throw new Damage(
        `there is no key for what people decided: ${this.keyPath}; --decision-key names another`,
      );
    for (const row of rows) {
      const kept = sealedRow(row, this.key!);
      if (!kept || Buffer.compare(kept.previous, before) !== 0) {
        trusted = [];
        lost += 1;
      }
      before = row[4] instanceof Uint8Array ? row[4] : none;
      if (!kept) continue;
      trusted.push(kept.record);
      records.push(kept.record);
    }
    return { records, trusted, lost };
  }
}

interface Silencing {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly acknowledged: ReadonlyMap<string, readonly Acknowledgement[]>;
}

function silencing(records: readonly PersonalRecord[]): Silencing {
  const decisions = new Map<string, Decision>();
  const acknowledged = new Map<string, Acknowledgement[]>();
  for (const one of records)
    if (one.kind === 'decision') decisions.set(one.event, one);
    else acknowledged.set(one.place, [...(acknowledged.get(one.place) ?? []), one]);
  return { decisions, acknowledged };
}

const subjectOf = (one: PersonalRecord): string => (one.kind === 'decision' ? one.event : one.place);

/** What a row says; undefined for one that this key did not seal. */
function sealedRow(row: Row, key: Uint8Array) {
  try {
    const { id, subject, record: text, previous, mac } = columns.read(row);
    const expected = macOf(key, { id, subject, record: text, previous });
    if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return undefined;
    const record = parsedObject<PersonalRecord>(text, (value) => isText(value.at) && isText(value.by));
    return { record, previous };
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

interface Sealed {
  readonly id: number;
  readonly subject: string;
  readonly record: string;
  readonly previous: Uint8Array;
}

const macOf = (key: Uint8Array, { id, subject, record, previous }: Sealed): Uint8Array =>
  createHmac('sha256', key)
    .update(JSON.stringify([id, subject, record, Buffer.from(previous).toString('hex')]))
    .digest();
