import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openEvidence, sealEvidence, verifyEvidence } from '../../src/app/index.js';
import type { CustodyRecord } from '../../src/evidence/types.js';
import { run } from '../cli/run.js';
import { tempDir } from '../support/cli.js';
import { twoPeople } from './keys.js';

let dir: string;
let store: string;
let people: Awaited<ReturnType<typeof twoPeople>>;
beforeEach(async () => {
  dir = tempDir();
  store = join(dir, 'evidence');
  people = await twoPeople(dir);
});

const evidence = (...args: string[]) => run(['evidence', ...args, '--store', store]);
const records = () =>
  readFileSync(join(store, 'custody.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CustodyRecord);
const writeMarked = (name: string, text: string) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
/** Seals one file and returns the id of its package. */
async function sealOne(...more: string[]): Promise<string> {
  const file = writeMarked('a.bin', 'the marked bytes');
  const sealed = await evidence('seal', '--file', file, '--jurisdiction', 'us', ...people.flags, ...more);
  expect(sealed).toMatchObject({ code: 0 });
  return sealed.stdout.trim();
}
const person = ['--as', 'A. Miller', '--reason', 'a test'];
const opened = async (id: string, identity = people.identities[0]!) => {
  const pieces: Uint8Array[] = [];
  const options = { evidenceStore: store, identity: [identity], actor: 'A. Miller', reason: 'a test' };
  for await (const piece of await openEvidence(id, options)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
};

describe('evidence seal', () => {
  it('keeps bytes that each of the two people gets back, and nobody else', async () => {
    const id = await sealOne();
    for (const identity of people.identities)
      expect((await opened(id, identity)).includes('the marked bytes')).toBe(true);
    const strangers = await twoPeople(tempDir());
    await expect(opened(id, strangers.identities[0])).rejects.toThrow(/none of these keys opens/);
    for (const name of readdirSync(join(store, id)))
      expect(readFileSync(join(store, id, name)).includes('the marked bytes')).toBe(false);
    expect(statSync(join(store, id, 'evidence.tar.age')).mode & 0o777).toBe(0o400);
    expect(statSync(store).mode & 0o777).toBe(0o700);
  });

  it('wants two public keys, and says that a secret one has no place here', async () => {
    const file = writeMarked('a.bin', 'x');
    const [one] = people.recipients as [string, string];
    const seal = (...keys: string[]) =>
      evidence(
        'seal',
        '--file',
        file,
        '--jurisdiction',
        'us',
        ...keys.flatMap((key) => ['--recipient', key]),
      );
    expect(await seal()).toMatchObject({ code: 2, stderr: expect.stringContaining('two public keys') });
    expect(await seal(one, one)).toMatchObject({ code: 2, stderr: expect.stringContaining('1 is given') });
    expect(await seal(one, 'age1no')).toMatchObject({ code: 2, stderr: expect.stringContaining('2 is no') });
    const secret = readFileSync(people.identities[0]!, 'utf8').split('\n')[1]!;
    const refused = await seal(one, secret);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('is a secret key') });
    expect(refused.stderr).not.toContain(secret);
    expect(existsSync(store)).toBe(false);
  });

  it('is refused where the law lets nobody keep copies, unless an order is named', async () => {
    const file = writeMarked('a.bin', 'x');
    const seal = (...more: string[]) =>
      evidence('seal', '--file', file, '--jurisdiction', 'de', ...people.flags, ...more);
    expect(await seal()).toMatchObject({ code: 2, stderr: expect.stringContaining('184b') });
    expect(existsSync(store)).toBe(false);
    expect(await seal('--order', 'LKA, 12/26')).toMatchObject({ code: 0 });
    expect(records()[0]?.facts?.order).toBe('LKA, 12/26');
  });

  it('refuses a store that others may enter', async () => {
    mkdirSync(store, { mode: 0o700 });
    chmodSync(store, 0o755);
    const file = writeMarked('a.bin', 'x');
    const sealed = await evidence('seal', '--file', file, '--jurisdiction', 'us', ...people.flags);
    expect(sealed).toMatchObject({ code: 2, stderr: expect.stringContaining('chmod 700') });
  });

  it('seals nothing of bytes that are not those that were announced', async () => {
    const body = Buffer.from('other bytes');
    const about = { name: 'upload', size: body.length, sha256: '0'.repeat(64) };
    const read = async function* () {
      yield body;
    };
    const options = { evidenceStore: store, evidenceKeys: people.recipients, jurisdiction: 'us' };
    await expect(sealEvidence([{ ...about, read }], ['e1'], options)).rejects.toThrow(/changed while/);
    expect(readdirSync(store)).toEqual([]);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const sealed = await sealEvidence([{ ...about, sha256, read }], ['e1'], options);
    expect((await opened(sealed.id)).includes('other bytes')).toBe(true);
    expect(records()[0]?.facts?.events).toEqual(['e1']);
  });
});

describe('evidence verify', () => {
  it('finds nothing in a store as it was sealed, and puts that on record', async () => {
    await sealOne();
    const verified = await evidence('verify', '--identity', people.identities[1]!);
    expect(verified).toMatchObject({ code: 0, stdout: '' });
    expect(records().at(-1)).toMatchObject({ action: 'verify', packages: 1, found: [], decrypted: true });
  });

  it('finds any changed byte of a package, and opens none that was changed', async () => {
    const id = await sealOne();
    for (const name of ['evidence.tar.age', 'key.age']) {
      const path = join(store, id, name);
      const bytes = readFileSync(path);
      for (const at of [0, 40, Math.floor(bytes.length / 2), bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1;
        chmodSync(path, 0o600);
        writeFileSync(path, changed);
        const verified = await evidence('verify');
        expect(verified, `${name} ${at}`).toMatchObject({ code: 3 });
        expect(verified.stdout).toContain(`${id}/${name} is not as it was sealed`);
        await expect(opened(id)).rejects.toThrow(/not as it was sealed|damaged/);
      }
      writeFileSync(path, bytes);
    }
    expect((await evidence('verify')).code).toBe(0);
    unlinkSync(join(store, id, 'key.age'));
    expect((await evidence('verify')).stdout).toContain('cannot be read');
  });

  it('finds any changed byte of the log, and any line that is gone, and does not forget it', async () => {
    const id = await sealOne();
    await evidence('hold', id, ...person);
    await evidence('hold', id, '--release', ...person);
    const path = join(store, 'custody.jsonl');
    const head = readFileSync(join(store, 'head.json'));
    const text = readFileSync(path);
    const tryWith = async (changed: Buffer, what: string) => {
      writeFileSync(path, changed);
      writeFileSync(join(store, 'head.json'), head);
      for (let i = 0; i < 2; i++)
        expect((await evidence('verify').catch((error) => ({ code: String(error) }))).code, what).toBe(3);
    };
    for (let at = 0; at < text.length; at += 61) {
      const changed = Buffer.from(text);
      changed[at]! ^= 4;
      await tryWith(changed, `byte ${at}`);
    }
    const lines = text.toString().trimEnd().split('\n');
    for (const gone of lines.keys()) {
      const rest = lines.filter((_, i) => i !== gone).map((line) => `${line}\n`);
      await tryWith(Buffer.from(rest.join('')), `without line ${gone + 1}`);
    }
    await tryWith(Buffer.from(text.subarray(0, text.length - 20)), 'cut in the last line');
    writeFileSync(path, text);
    writeFileSync(join(store, 'head.json'), head);
    expect((await evidence('verify')).code).toBe(0);
  }, 60_000);

  it('misses a line that was noted elsewhere, where log and head were both replaced', async () => {
    const id = await sealOne();
    const kept = {
      log: readFileSync(join(store, 'custody.jsonl')),
      head: readFileSync(join(store, 'head.json')),
    };
    await evidence('hold', id, ...person);
    const { stderr } = await evidence('verify');
    const noted = /[0-9a-f]{64}/.exec(stderr)![0];
    expect((await evidence('verify', '--head', noted)).code).toBe(0);
    writeFileSync(join(store, 'custody.jsonl'), kept.log);
    writeFileSync(join(store, 'head.json'), kept.head);
    expect((await evidence('verify')).code).toBe(0);
    expect((await evidence('verify', '--head', noted)).code).toBe(3);
  });

  it('tells of what lies in the store and is not on record', async () => {
    await sealOne();
    writeFileSync(join(store, 'more.jpg'), 'x');
    expect((await evidence('verify')).stdout).toContain('more.jpg is not on record');
  });

  it('goes on after a line that a kill left incomplete', async () => {
    await sealOne();
    const path = join(store, 'custody.jsonl');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `${text}{"n":2,"at":"2026-`);
    expect((await evidence('verify')).code).toBe(0);
    expect(records().map(({ n }) => n)).toEqual([1, 2]);
  });
});

describe('evidence that is kept and destroyed', () => {
  it('is due one year after the report was completed, unless somebody holds it', async () => {
    const id = await sealOne();
    expect(await evidence('due')).toMatchObject({ code: 0, stdout: '' });
    expect((await evidence('due')).stderr).toContain('its report is not completed');
    const refused = await evidence('destroy', id, ...person);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('must be kept') });

    await evidence('hold', id, '--completed', '2024-02-29T12:00:00Z', '--report', '77', ...person);
    expect((await evidence('list')).stdout).toMatch(/due until 2025-03-01 {2}us {2}report 77/);
    expect(await evidence('due')).toMatchObject({ code: 10, stdout: expect.stringContaining(id) });
    await evidence('hold', id, ...person);
    expect(await evidence('due')).toMatchObject({ code: 0, stdout: '' });
    expect(await evidence('destroy', id, ...person)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('held by A. Miller'),
    });
    await evidence('hold', id, '--release', ...person);
    expect((await evidence('due')).code).toBe(10);
  });

  it('is due within a time that is asked for, and later where the operator keeps it longer', async () => {
    const day = 86_400_000;
    const completed = new Date(Date.now() - 350 * day).toISOString();
    await sealOne('--completed', completed);
    expect((await evidence('due')).code).toBe(0);
    expect((await evidence('due', '--within', '30d')).code).toBe(10);
    await sealOne('--completed', completed, '--until', '2099-01-01', '--reason', 'a trial');
    expect((await evidence('due', '--within', '30d')).stdout.trim().split('\n')).toHaveLength(1);
  });

  it('is gone for good with its key, and a certificate stays', async () => {
    const id = await sealOne('--completed', '2024-01-01');
    const key = readFileSync(join(store, id, 'key.age'));
    const sealed = readFileSync(join(store, id, 'evidence.tar.age'));
    const sha256 = createHash('sha256').update(sealed).digest('hex');
    const asked = await evidence('destroy', id, ...person);
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining(`--confirm ${sha256}`) });
    expect(await evidence('destroy', id, ...person, '--confirm', '0'.repeat(64))).toMatchObject({ code: 2 });
    expect(existsSync(join(store, id))).toBe(true);
    const destroyed = await evidence('destroy', id, ...person, '--confirm', sha256);
    expect(destroyed).toMatchObject({ code: 0 });
    const certificate = JSON.parse(readFileSync(join(store, 'certificates', `${id}.json`), 'utf8'));
    expect(certificate).toMatchObject({
      package: id,
      by: 'A. Miller',
      reason: 'a test',
      sealedSha256: sha256,
    });
    expect(existsSync(join(store, id))).toBe(false);
    await expect(opened(id)).rejects.toThrow(/was destroyed/);
    expect(await evidence('verify')).toMatchObject({ code: 0 });
    expect((await evidence('list')).stdout).toContain('destroyed');
    // The archive alone, as a backup has it, is of no use to whoever could open it before.
    mkdirSync(join(store, id), { mode: 0o700 });
    writeFileSync(join(store, id, 'evidence.tar.age'), sealed);
    expect((await evidence('verify')).stdout).toContain('was destroyed, and its directory is there');
    expect(readFileSync(join(store, 'custody.jsonl'))).not.toContain(key.toString('base64'));
  });

  it('is destroyed before its time only by an order, which the certificate names', async () => {
    const id = await sealOne();
    const sha256 = createHash('sha256')
      .update(readFileSync(join(store, id, 'evidence.tar.age')))
      .digest('hex');
    const order = ['--order', 'FBI, 2258B(c) 4711'];
    const destroyed = await evidence('destroy', id, ...person, ...order, '--confirm', sha256);
    expect(JSON.parse(destroyed.stdout)).toMatchObject({ order: 'FBI, 2258B(c) 4711' });
    expect(records().map(({ action }) => action)).toEqual(['seal', 'destroy', 'destroyed']);
  });

  it.each([
    ['open', 'ID'],
    ['hold', 'ID'],
    ['destroy', 'ID'],
  ])('%s is refused where nobody answers for it', async (verb) => {
    const id = await sealOne();
    expect(await run(['evidence', verb, id, '--store', store, '--reason', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--as'),
    });
    expect(await run(['evidence', verb, id, '--store', store, '--as', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--reason'),
    });
    expect(records()).toHaveLength(1);
  });
});

it('an opening is on record before the first byte comes, and a copy says who gets it', async () => {
  const id = await sealOne();
  await opened(id);
  const options = { evidenceStore: store, identity: people.identities, actor: 'B', reason: 'order 1' };
  await openEvidence(id, { ...options, handedTo: 'LKA Berlin' }); // not a byte is read
  expect(records().slice(1)).toMatchObject([
    { action: 'open', by: 'A. Miller', package: id },
    { action: 'copy', by: 'B', reason: 'order 1', to: 'LKA Berlin' },
  ]);
  expect((await verifyEvidence([], { evidenceStore: store })).found).toEqual([]);
});
