import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger } from '../../src/ledger/index.js';
import { event, operator } from '../reports/cases.js';
import { bin, hashsieve } from '../support/cli.js';
import { CyberTip } from '../support/cybertip.js';
import { describeWith, programPath } from '../support/programs.js';

let folder: string;
/** With a ledger of the test's own. */
let env: Record<string, string>;
let draft: string;
let service: CyberTip;
let endpoint: string;
let pictures: readonly string[];

const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');
const secrets = { HASHSIEVE_NCMEC_USER: 'esp-user', HASHSIEVE_NCMEC_PASSWORD: 'very-secret' };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-submit-'));
  env = { ...secrets, HASHSIEVE_CONFIG: 'config.json', XDG_STATE_HOME: join(folder, 'state') };
  pictures = [1, 2].map((n) => {
    const path = join(folder, `${n}.jpg`);
    writeFileSync(path, `no picture ${n}`);
    return path;
  });
  const events = pictures.map((path, i) => {
    const bytes = readFileSync(path);
    const digests = {
      md5: digest('md5', bytes),
      sha1: digest('sha1', bytes),
      sha256: digest('sha256', bytes),
    };
    return event(i + 1, `https://a.example/${i + 1}.jpg`, { digests });
  });
  writeFileSync(join(folder, 'events.jsonl'), events.map((e) => `${JSON.stringify(e)}\n`).join(''));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ operator }));
  const made = await hashsieve(['report', 'draft', '--events', 'events.jsonl', '--to', 'ncmec'], {
    cwd: folder,
    env,
  });
  draft = join(folder, made.stdout.trim());
  service = new CyberTip();
  endpoint = await service.listen();
});
afterEach(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

const base = () => [
  'report',
  'submit',
  draft,
  '--to',
  'ncmec',
  '--endpoint',
  endpoint,
  '--retry-wait',
  '1ms',
];
const named = () => pictures.flatMap((path) => ['--file', path]);
const submit = (...more: string[]) => hashsieve([...base(), ...more], { cwd: folder, env });
const journal = () => readFileSync(join(draft, 'submission.jsonl'), 'utf8');
const requests = ['submit', 'upload', 'fileinfo', 'upload', 'fileinfo', 'finish'];

/** Runs the program at a terminal (`script` makes one), and types `answer` when it asks for a word. */
function atTerminal(answer: (word: string) => string, args: readonly string[]) {
  const quoted = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn(programPath('script'), ['--quiet', '--return', '--command', quoted, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...env },
  });
  let text = '';
  let typed = false;
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    const word = /Type ([0-9a-f]+) to do it/.exec(text)?.[1];
    if (word === undefined || typed) return;
    typed = true;
    child.stdin.write(`${answer(word)}\n`);
  });
  return new Promise<{ readonly code: number | null; readonly text: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}

function expectFiledOnce(): void {
  expect(service.finished).toHaveLength(1);
  const files = [...service.finished[0]!.files.values()];
  expect(files.map((file) => [file.md5, file.details.length])).toEqual(
    pictures.map((path) => [digest('md5', readFileSync(path)), 1]),
  );
}

describe('report submit', () => {
  it('files a draft with its files, prints the number, and records everything but credentials', async () => {
    const { code, stdout, stderr } = await submit(...named());
    expect({ code, stdout }).toEqual({ code: 0, stdout: '7000\n' });
    expect(stderr).toContain('the test service: no report to NCMEC');
    expect(service.log).toEqual(requests);
    expect([...service.authorizations]).toEqual([
      `Basic ${Buffer.from('esp-user:very-secret').toString('base64')}`,
    ]);
    expectFiledOnce();
    expect(statSync(join(draft, 'submission.jsonl')).mode & 0o777).toBe(0o600);
    const lines = journal()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => `${line.kind} ${line.step}`)).toEqual(
      requests.flatMap((step) => [`request ${step}`, `answer ${step}`]),
    );
    expect(lines.at(-1)).toMatchObject({ reportId: '7000', requestId: 'r6', status: 200, service: 'test' });
    for (const file of readdirSync(draft)) {
      const text = readFileSync(join(draft, file), 'utf8');
      expect(text).not.toContain('very-secret');
      expect(text).not.toContain(Buffer.from('esp-user:very-secret').toString('base64'));
    }
    const again = await submit(...named());
    expect(again).toMatchObject({
      code: 0,
      stdout: '7000\n',
      stderr: expect.stringContaining('already filed before'),
    });
    expect(service.log).toHaveLength(6);
    expect((await hashsieve(['report', 'check', draft])).code).toBe(0);
  });

  it('records every request and answer in the ledger too, never credentials, and files nothing twice without its record', async () => {
    expect((await submit(...named())).code).toBe(0);
    const path = join(folder, 'state/hashsieve/ledger.sqlite');
    const ledger = await Ledger.open(path);
    const kept = ledger.database
      .prepare('SELECT record FROM submissions ORDER BY id')
      .all()
      .map(([record]) => record);
    ledger.close();
    expect(kept).toEqual(journal().trim().split('\n'));
    const bytes = readFileSync(path).toString('latin1');
    expect(bytes).not.toContain('very-secret');
    expect(bytes).not.toContain(Buffer.from('esp-user:very-secret').toString('base64'));
    rmSync(join(draft, 'submission.jsonl'));
    expect(await submit(...named())).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/the ledger knows of 12 request.*submission\.jsonl lacks/),
    });
    expect(service.log).toEqual(requests);
  });

  const moments = requests.flatMap((step, i) =>
    (['before', 'after'] as const).map((moment) => [i + 1, step, moment] as const),
  );
  it.each(moments)(
    'files exactly once when it is killed at request %i (%s), %s the service did it',
    async (at, _step, moment) => {
      let pid: number | undefined;
      service.fault = (_s, _n, when) => {
        if (service.log.length !== at || when !== moment || pid === undefined) return undefined;
        process.kill(pid, 'SIGKILL');
        pid = undefined;
        return { drop: true };
      };
      const first = await hashsieve([...base(), ...named()], {
        cwd: folder,
        env,
        during: (child) => {
          pid = child.pid;
        },
      });
      expect(first.code).toBe('SIGKILL');
      expect((await submit(...named())).code).toBe(0);
      expectFiledOnce();
    },
  );

  it('files what was confirmed: a file that vanishes stops it, and details that were edited since are sent', async () => {
    const info = join(draft, 'fileinfo-001.xml');
    const edit = (from: string, to: string) => {
      const text = readFileSync(info, 'utf8');
      expect(text).toContain(from);
      writeFileSync(info, text.replace(from, to));
    };
    edit('</exifViewedByEsp>', '</exifViewedByEsp>\n  <publiclyAvailable>true</publiclyAvailable>');
    service.fault = (step, nth, when) => {
      if (step === 'fileinfo' && nth === 1 && when === 'after') rmSync(pictures[1]!);
      return undefined;
    };
    expect(await submit(...named())).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/not filed: upload: fileinfo-002\.xml: file .*2\.jpg cannot be read/),
    });
    expect(service.open).toEqual([]);
    writeFileSync(pictures[1]!, 'no picture 2');
    let pid: number | undefined;
    service.fault = (step, nth, when) => {
      if (step === 'upload' && nth === 3 && when === 'before') process.kill(pid!, 'SIGKILL');
      return undefined;
    };
    const during = (child: { pid?: number | undefined }) => {
      pid = child.pid;
    };
    expect((await hashsieve([...base(), ...named()], { cwd: folder, env, during })).code).toBe('SIGKILL');
    service.fault = () => undefined;
    expect(service.open[0]!.files.values().next().value!.details[0]).toContain('<publiclyAvailable>true<');
    edit('<publiclyAvailable>true<', '<publiclyAvailable>false<');
    expect((await submit(...named())).code).toBe(0);
    expectFiledOnce();
    const [first] = [...service.finished[0]!.files.values()];
    expect(first!.details[0]).toContain('<publiclyAvailable>false<');
  });

  it('files no event twice from two drafts, wherever they lie, unless asked to', async () => {
    const again = async (...more: string[]) => {
      const made = await hashsieve(
        ['report', 'draft', '--events', 'events.jsonl', '--to', 'ncmec', '--again', ...more],
        { cwd: folder, env },
      );
      return join(folder, made.stdout.trim());
    };
    expect((await submit(...named())).code).toBe(0);
    const first = draft;
    for (const [output, ...more] of [['reports'], ['reports', '--no-ledger'], ['elsewhere']]) {
      draft = await again('-o', output!);
      const refused = await submit(...named(), ...more);
      expect(refused).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/2 of 2 event\(s\) .* filed before, as report 7000, from .*--again/),
      });
      expect(refused.stderr).toContain(first);
    }
    expect(service.log).toEqual(requests);
    expect((await submit(...named(), '--again')).stdout).toBe('7001\n');
    expect((await submit(...named())).stderr).toContain('already filed before as report 7001');
    expect(service.finished).toHaveLength(2);
  });

  it('goes on after a record that a power cut left torn', async () => {
    service.fault = (step) => (step === 'upload' ? { code: 4200 } : undefined);
    expect(await submit(...named())).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('not filed: upload'),
    });
    expect(service.open).toHaveLength(0);
    appendFileSync(join(draft, 'submission.jsonl'), '{"at":"2026');
    service.fault = () => undefined;
    expect((await submit(...named())).code).toBe(0);
    expectFiledOnce();
    expect(journal()).not.toContain('{"at":"2026{');
  });

  it('lets no two runs file the same draft at once', async () => {
    let second: Promise<{ code: unknown; stderr: string }> | undefined;
    service.fault = () => {
      second ??= submit(...named());
      return undefined;
    };
    const original = service.answer.bind(service);
    service.answer = async (...args) => {
      const answer = await original(...args);
      await second;
      return answer;
    };
    expect((await submit(...named())).code).toBe(0);
    expect(await second).toMatchObject({ code: 2, stderr: expect.stringContaining('another submission') });
    expectFiledOnce();
  });

  it.each([
    ['', JSON.stringify({ pid: 2 ** 22 + 1, place: '0123abcd', token: 'theirs' })],
    [
      `.${randomUUID()}.claim`,
      JSON.stringify({ state: 'holds', place: '0123abcd', pid: 2 ** 22 + 1, host: 'h', since: 's' }),
    ],
  ])(
    'never takes over from another machine or container, whose processes it cannot see (%#)',
    async (end, text) => {
      const lock = join(draft, `submission-lock.json${end}`);
      writeFileSync(lock, text);
      utimesSync(lock, 1, 1);
      expect(await hashsieve(['report', 'check', draft])).toMatchObject({ code: 0 });
      const refused = await submit(...named());
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`remove ${lock}`) });
      expect(service.log).toEqual([]);
      rmSync(lock);
      expect((await submit(...named())).code).toBe(0);
      expectFiledOnce();
    },
  );

  it('needs a yes to exactly this draft for production', async () => {
    const asked = await submit('--without-files', '--production');
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringMatching(/--confirm [0-9a-f]{64}/) });
    const yes = /--confirm ([0-9a-f]{64})/.exec(asked.stderr)![1]!;
    const report = join(draft, 'report.xml');
    const text = readFileSync(report, 'utf8');
    writeFileSync(report, text.replace('</platform>', ' edited</platform>'));
    expect((await submit('--without-files', '--production', '--confirm', yes)).code).toBe(2);
    expect(service.log).toEqual([]);
    writeFileSync(report, text);
    expect((await submit('--without-files', '--production', '--confirm', yes)).code).toBe(0);
    expect(service.log).toEqual(['submit', 'finish']);
    expect(journal()).toContain('"service":"production"');
  });

  // Other systems have a `script` that takes other options.
  describeWith(['script', 'Linux'], 'at a terminal, for production', () => {
    it.each([
      ['files it when the word is typed', (word: string) => word, 0, ['submit', 'finish']],
      ['sends nothing when another is', () => 'yes', 2, []],
    ])('%s', async (_what, answer, code, sent) => {
      const asked = await atTerminal(answer, [...base(), '--without-files', '--production']);
      expect(asked.text).toContain('File this report with NCMEC, for good?');
      expect({ code: asked.code, sent: service.log }).toEqual({ code, sent });
    });
  });

  it.each([
    ['files that are not named', () => [], /2 of 2 file\(s\).*--without-files/],
    [
      'a file that is none of the draft',
      () => ['--file', join(folder, 'events.jsonl')],
      /none of the draft's files/,
    ],
    ['a file that is not there', () => ['--file', join(folder, 'gone.jpg')], /cannot be read/],
    [
      'plain http to elsewhere',
      () => [...named(), '--endpoint', 'http://a.example/'],
      /give an https address/,
    ],
  ])('with %s is code 2 and sends nothing', async (_what, args, message) => {
    const { code, stderr } = await submit(...args());
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(service.log).toEqual([]);
  });

  it('takes credentials from a file of its owner alone, and never without', async () => {
    const run = (...more: string[]) =>
      hashsieve([...base(), '--without-files', '--no-ledger', ...more], { cwd: folder });
    expect((await run()).stderr).toContain('HASHSIEVE_NCMEC_USER');
    const file = join(folder, 'credentials');
    writeFileSync(file, 'esp-user:very-secret\n');
    chmodSync(file, 0o644);
    expect((await run('--credentials', file)).stderr).toContain('chmod 600');
    chmodSync(file, 0o600);
    expect((await run('--credentials', file)).code).toBe(0);
  });

  it('sends no draft in which something is wrong', async () => {
    const report = join(draft, 'report.xml');
    writeFileSync(report, readFileSync(report, 'utf8').replace(/<email>.*<\/email>/, ''));
    expect(await submit('--without-files')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('report check'),
    });
    expect(service.log).toEqual([]);
  });
});
