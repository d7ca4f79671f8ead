import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger } from '../../src/ledger/index.js';
import { abuseContacts, rdapServers } from '../../src/reports/rdap.js';
import { run } from '../cli/run.js';
import { event, match, operator } from './cases.js';

const card = (...emails: string[]) => [
  'vcard',
  [['version', {}, 'text', '4.0'], ...emails.map((email) => ['email', {}, 'text', email])],
];

describe('RDAP', () => {
  it('finds the abuse contacts, however deep they are nested, and no other', () => {
    const answer = {
      entities: [
        {
          roles: ['registrant'],
          vcardArray: card('owner@a.example'),
          entities: [{ roles: ['technical', 'abuse'], vcardArray: card('abuse@a.example') }],
        },
        {
          roles: ['abuse'],
          vcardArray: card(
            'ABUSE@a.example',
            'second@a.example',
            'bad address',
            'x@y.example\r\nBcc: z@y.example',
          ),
        },
        { roles: 'abuse', vcardArray: 'nonsense' },
        null,
      ],
    };
    expect(abuseContacts(answer, 'network').map(({ email }) => email)).toEqual([
      'ABUSE@a.example',
      'second@a.example',
    ]);
    expect(abuseContacts('nonsense', 'network')).toEqual([]);
  });

  it('asks the registry with the longest prefix, over HTTPS where it can', () => {
    const bootstrap = {
      services: [
        [['192.0.0.0/8'], ['https://wide.example/']],
        [['192.0.2.0/24'], ['http://near.example/', 'https://near.example/']],
        [['2001:db8::/32'], ['https://six.example/']],
        [['example', 'co.example'], ['https://names.example/']],
      ],
    };
    expect(rdapServers(bootstrap, '192.0.2.9')).toEqual(['https://near.example/', 'http://near.example/']);
    expect(rdapServers(bootstrap, '192.1.2.9')).toEqual(['https://wide.example/']);
    expect(rdapServers(bootstrap, '2001:db8::1')).toEqual(['https://six.example/']);
    expect(rdapServers(bootstrap, 'a.example')).toEqual(['https://names.example/']);
    expect(rdapServers(bootstrap, 'a.notexample')).toEqual([]);
    expect(rdapServers({}, '10.0.0.1')).toEqual([]);
  });
});

describe('report notice', () => {
  let folder: string;
  let registry: Server | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hashsieve-notice-'));
    configure('us');
    jsonl(event(1, 'http://192.0.2.7/a%20b.jpg'), event(2, 'http://192.0.2.7/2.jpg'));
  });
  afterEach(() => {
    registry?.close();
    registry = undefined;
    rmSync(folder, { recursive: true, force: true });
  });
  const configure = (jurisdiction: string) =>
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ operator: { ...operator, jurisdiction } }));
  const jsonl = (...events: object[]) =>
    writeFileSync(join(folder, 'e.jsonl'), events.map((e) => `${JSON.stringify(e)}\n`).join(''));
  const notice = (...args: string[]) =>
    run(
      [
        'report',
        'notice',
        '--events',
        join(folder, 'e.jsonl'),
        '-o',
        join(folder, 'out'),
        '--config',
        'config.json',
        ...args,
      ],
      {
        directory: folder,
      },
    );
  const read = (path: string, file: string) => readFileSync(join(path.trim(), file), 'utf8');

  it('names the page that shows a picture beside the picture', async () => {
    const page = 'http://192.0.2.7/thread/9';
    jsonl({ ...event(1, 'http://192.0.2.7/1.jpg'), page }, event(2, 'http://192.0.2.7/2.jpg'));
    const { stdout } = await notice(
      '--to',
      'host',
      '--recipient',
      'abuse@host.example',
      '--classification',
      'A2',
    );
    const letter = read(stdout, 'letter.txt');
    expect(letter.match(/shown on the page http:\/\/192\.0\.2\.7\/thread\/9\n/g)).toHaveLength(1);
    expect(read(stdout, 'notice-001.json') + read(stdout, 'notice-002.json')).toContain(page);
  });

  it('drafts the letter with addresses, times, means, wishes and who was told; nothing is attached but text', async () => {
    const { code, stdout } = await notice(
      '--to',
      'host',
      '--recipient',
      'abuse@host.example',
      '--told',
      'NCMEC, report 12',
      '--classification',
      'A2',
    );
    expect(code).toBe(0);
    const files = readdirSync(stdout.trim()).sort();
    expect(files).toEqual([
      'CHECKLIST.md',
      'letter.eml',
      'letter.txt',
      'manifest.json',
      'notice-001.json',
      'notice-002.json',
      'recipients.txt',
      'summary.txt',
    ]);
    const letter = read(stdout, 'letter.txt');
    for (const part of [
      'http://192.0.2.7/a%20b.jpg',
      '2026-05-31T10:00:01.250Z',
      'comparing hashes',
      'No material is attached',
      'Preserve',
      'NCMEC, report 12',
      'in good faith',
      'safety@pictures.example',
    ]) {
      expect(letter).toContain(part);
    }
    expect(letter).not.toContain('entry-1');
    const mail = read(stdout, 'letter.eml');
    expect(mail).toMatch(/^To: abuse@host\.example\r$/m);
    expect(mail).toMatch(/^From: safety@pictures\.example\r$/m);
    expect(mail).toMatch(/^X-Unsent: 1\r$/m);
    expect(new Set([...mail.matchAll(/^Content-Type: ([a-z]+\/[a-z]+)/gm)].map(([, type]) => type))).toEqual(
      new Set(['multipart/mixed', 'text/plain', 'application/json']),
    );
    const { files: digests } = JSON.parse(read(stdout, 'manifest.json'));
    expect(digests['letter.eml']).toBe(createHash('sha256').update(mail).digest('hex'));
    expect((await run(['report', 'check', stdout.trim()])).code).toBe(0);
    expect((await notice('--to', 'host')).stdout).toBe('');
  });

  it('takes detections from the ledger, which knows what was drafted when the drafts are gone', async () => {
    const path = join(folder, 'ledger.sqlite');
    const ledger = await Ledger.open(path);
    const scan = ledger.begin({ command: 'scan', key: 'k', tool: '1', lists: [] }, 1);
    scan.detect(event(1, 'http://192.0.2.7/1.jpg'), 1);
    ledger.close();
    const fromLedger = (...args: string[]) =>
      run(
        ['report', 'notice', '--ledger', path, '-o', join(folder, 'out'), '--config', 'config.json', ...args],
        { directory: folder },
      );
    const first = await fromLedger('--scan', 'latest', '--to', 'host', '--recipient', 'abuse@host.example');
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/notice-host-/) });
    expect(read(first.stdout, 'letter.txt')).toContain('http://192.0.2.7/1.jpg');
    rmSync(join(folder, 'out'), { recursive: true });
    const second = await fromLedger('--to', 'host');
    expect(second).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('already drafted') });
    expect((await fromLedger('--to', 'owner')).stdout).toMatch(/notice-owner-/);
  });

  it('leaves XARF out, and says why, where nobody gave a grade', async () => {
    const { stdout } = await notice('--to', 'host', '--recipient', 'abuse@host.example');
    expect(readdirSync(stdout.trim())).not.toContain('notice-001.json');
    expect(read(stdout, 'CHECKLIST.md')).toContain('XARF demands a classification');
  });

  it('looks the recipient up in the registries', async () => {
    const asked: string[] = [];
    registry = createServer((request, response) => {
      asked.push(request.url!);
      const base = `http://${request.headers.host}/rdap`;
      const answers: Record<string, object> = {
        '/ipv4.json': { services: [[['192.0.2.0/24'], [base]]] },
        '/rdap/ip/192.0.2.7': {
          entities: [
            {
              roles: ['registrant'],
              entities: [{ roles: ['abuse'], vcardArray: card('abuse@net.example') }],
            },
          ],
        },
        '/dns.json': { services: [[['example'], [`${base}/`]]] },
        '/rdap/domain/site.example': {
          entities: [
            {
              roles: ['registrar'],
              entities: [{ roles: ['abuse'], vcardArray: card('abuse@registrar.example') }],
            },
          ],
        },
      };
      const answer = answers[request.url!];
      response
        .writeHead(answer ? 200 : 404, { 'content-type': 'application/rdap+json' })
        .end(JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((resolve) => registry!.listen(0, '127.0.0.1', resolve));
    const { port } = registry.address() as { port: number };
    const rdap = ['--rdap', '--rdap-bootstrap', `http://127.0.0.1:${port}`, '--allow-private'];
    const host = await notice('--to', 'host', ...rdap);
    expect(read(host.stdout, 'recipients.txt')).toContain('abuse@net.example\n  runs the network');
    expect(read(host.stdout, 'letter.eml')).toMatch(/^To: abuse@net\.example\r$/m);
    expect(asked).toEqual(['/ipv4.json', '/rdap/ip/192.0.2.7']);
    jsonl(event(3, 'https://www.site.example/3.jpg'));
    const owner = await notice('--to', 'owner', ...rdap);
    expect(read(owner.stdout, 'recipients.txt')).toMatch(
      /^abuse@site\.example\n.*\nabuse@registrar\.example\n/,
    );
    jsonl(event(4, 'https://other.example/4.jpg'));
    const none = await notice('--to', 'owner', ...rdap);
    expect(none.stderr).toMatch(/RDAP for other\.example: .*404/);
    const guarded = await notice('--to', 'owner', '--again', ...rdap.slice(0, 3));
    expect(guarded.stderr).toContain('127.0.0.1 is not fetched from');
  });

  it('leaves the reporter out only where the law is known to allow it', async () => {
    expect(await notice('--to', 'host', '--anonymous')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Art. 16'),
    });
    expect(existsSync(join(folder, 'out'))).toBe(false);
    configure('de');
    const { stdout } = await notice(
      '--to',
      'host',
      '--anonymous',
      '--recipient',
      'abuse@host.example',
      '--classification',
      'A1',
    );
    for (const file of ['letter.txt', 'letter.eml']) {
      expect(read(stdout, file)).not.toMatch(/safety@pictures|Muster|Example Pictures/);
    }
    const draft = await run(
      ['report', 'draft', '--events', join(folder, 'e.jsonl'), '--to', 'ncmec', '--anonymous'],
      { directory: folder },
    );
    expect(draft).toMatchObject({ code: 2, stderr: expect.stringContaining('the law demands who reports') });
  });

  it('refuses what is no matter for a notice, and addresses that could carry another header', async () => {
    jsonl(event(1, 'http://192.0.2.7/1.jpg', { matches: [{ ...match, category: 'test' }] }));
    expect((await notice('--to', 'host')).code).toBe(2);
    jsonl(event(1, 'http://192.0.2.7/1.jpg', { matches: [{ ...match, category: 'exploitative' }] }));
    expect(await notice('--to', 'host')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/listed as exploitative only.*review\.classification/),
    });
    expect((await notice('--to', 'host', '--classification', 'B1')).code).toBe(0);
    expect((await notice('--to', 'host', '--recipient', 'a@b.example\nBcc: c@d.example')).stderr).toContain(
      'not an e-mail address',
    );
  });
});
