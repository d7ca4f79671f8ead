import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { owner } from '../../src/files/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { run } from '../cli/run.js';
import { event, match, operator } from './cases.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-report-'));
  write('config.json', JSON.stringify({ operator }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(folder, ...names);
function write(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}
const jsonl = (...records: object[]) =>
  write('events.jsonl', records.map((r) => `${JSON.stringify(r)}\n`).join(''));
const draft = (...more: string[]) =>
  run(
    [
      'report',
      'draft',
      '--events',
      at('events.jsonl'),
      '-o',
      at('reports'),
      '--config',
      'config.json',
      ...more,
    ],
    {
      directory: folder,
    },
  );
const drafted = () => (existsSync(at('reports')) ? readdirSync(at('reports')) : []);
const a = event(1, 'https://a.example/1.jpg');
const b = event(2, 'https://b.example/2.jpg');

describe('report draft', () => {
  it('writes a directory per case, for its owner alone, prints it, and says that nothing was sent', async () => {
    jsonl(a, { schema: 'hashsieve/result/1', outcome: 'clear', uri: 'file:///x' }, b);
    const { code, stdout, stderr } = await draft('--to', 'ncmec');
    expect(code).toBe(0);
    const paths = stdout.trim().split('\n');
    expect(paths.sort()).toEqual(
      drafted()
        .map((name) => at('reports', name))
        .sort(),
    );
    expect(paths).toHaveLength(2);
    expect(stderr).toContain('Nothing was sent');
    const files = readdirSync(paths[0]!);
    expect(files.sort()).toEqual([
      'CHECKLIST.md',
      'fileinfo-001.xml',
      'manifest.json',
      'report.xml',
      'summary.txt',
    ]);
    expect(statSync(paths[0]!).mode & 0o777).toBe(0o700);
    expect(statSync(join(paths[0]!, 'report.xml')).mode & 0o777).toBe(0o600);
    expect((await run(['report', 'check', ...paths])).code).toBe(0);
  });

  it('knows what an earlier draft covers, and drafts it again only when told', async () => {
    jsonl(a);
    await draft('--to', 'ncmec');
    jsonl(a, b);
    const second = await draft('--to', 'ncmec');
    expect(second.stderr).toContain(`already drafted ${a.id}`);
    expect(second.stdout.trim().split('\n')).toHaveLength(1);
    expect((await draft('--to', 'ncmec')).stdout).toBe('');
    expect((await draft('--to', 'iwf')).stdout.trim().split('\n')).toHaveLength(2);
    expect((await draft('--to', 'ncmec', '--again')).stdout.trim().split('\n')).toHaveLength(2);
    expect(drafted()).toHaveLength(6);
  });

  it('names the earlier report on the same account, of the production service only', async () => {
    const context = write(
      'c.json',
      JSON.stringify({
        schema: 'hashsieve/context/1',
        assets: [a, b].map(({ id }) => ({ event: id, uploader: { id: 'u' } })),
      }),
    );
    jsonl(a);
    const first = (await draft('--to', 'ncmec', '--context', context)).stdout.trim();
    const done = { at: '', kind: 'answer', step: 'finish', responseCode: 0 };
    writeFileSync(
      join(first, 'submission.jsonl'),
      [
        { ...done, service: 'test', reportId: '7' },
        { ...done, service: 'production', reportId: '4242' },
      ]
        .map((r) => `${JSON.stringify(r)}\n`)
        .join(''),
    );
    jsonl(b);
    const record = readFileSync(join(first, 'submission.jsonl'), 'utf8');
    writeFileSync(join(first, 'submission.jsonl'), `damaged\n${record}`);
    expect(await draft('--to', 'ncmec', '--context', context)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/submission\.jsonl: line 1 is no JSON; restore the file/),
    });
    writeFileSync(join(first, 'submission.jsonl'), record);
    const second = (await draft('--to', 'ncmec', '--context', context)).stdout.trim();
    const xml = readFileSync(join(second, 'report.xml'), 'utf8');
    expect(xml.match(/<priorCTReports>.*<\/priorCTReports>/g)).toEqual([
      '<priorCTReports>4242</priorCTReports>',
    ]);
  });

  it('refuses test entries with the reason, and is code 2 when nothing else is there', async () => {
    jsonl(a, event(2, b.uri, { matches: [{ ...match, category: 'test' }] }));
    const { code, stderr } = await draft('--to', 'ncmec');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /refused [0-9a-f]{32} \(https:\/\/b.example\/2.jpg\): every match is a test entry/,
    );
    expect(drafted()).toHaveLength(1);
    jsonl(event(3, b.uri, { matches: [{ ...match, category: 'ncii' }] }));
    const all = await draft('--to', 'ncmec');
    expect(all.code).toBe(2);
    expect(all.stderr).toContain('StopNCII');
  });

  it('takes context from a program that is asked about each event', async () => {
    const program = write(
      'context.mjs',
      `#!${process.execPath}\nlet t='';process.stdin.on('data',d=>t+=d).on('end',()=>{const e=JSON.parse(t);console.log(JSON.stringify({uploader:{id:'of '+e.uri}}))})\n`,
    );
    chmodSync(program, 0o755);
    jsonl(a);
    const path = (await draft('--to', 'ncmec', '--context-command', program)).stdout.trim();
    expect(readFileSync(join(path, 'report.xml'), 'utf8')).toContain(
      '<espIdentifier>of https://a.example/1.jpg</espIdentifier>',
    );
    writeFileSync(program, `#!/bin/sh\nexit 7\n`);
    const failed = await draft('--to', 'iwf', '--context-command', program);
    expect(failed).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/event [0-9a-f]{32}: ended with code 7/),
    });
  });

  it.each([
    ['no receiver', [], /give --to with one of ncmec/],
    ['an unknown receiver', ['--to', 'police'], /choose one of ncmec/],
    [
      'an unknown jurisdiction',
      ['--to', 'ncmec', '--jurisdiction', 'atlantis'],
      /Unknown jurisdiction "atlantis"/,
    ],
    ['a wrong zone', ['--to', 'ncmec', '--time-zone', 'Mars'], /--time-zone Mars/],
    [
      'a context that is not there',
      ['--to', 'ncmec', '--context', '/nowhere.json'],
      /context \/nowhere\.json cannot be read/,
    ],
    ['no grade for a notice', ['--to', 'xarf'], /XARF demands a classification.*--classification/],
  ])('with %s is code 2 and leaves nothing', async (_what, args, message) => {
    jsonl(a);
    const { code, stderr, stdout } = await draft(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(drafted()).toEqual([]);
  });

  it('needs the operator block and events that it can read', async () => {
    jsonl({ ...a, schema: 'hashsieve/event/9' });
    expect(await draft('--to', 'ncmec')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('line 1'),
    });
    write('config.json', '{}');
    expect(await draft('--to', 'ncmec')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('hashsieve init'),
    });
    const missing = await run(
      ['report', 'draft', '--to', 'ncmec', '--events', at('none'), '--config', 'config.json'],
      {
        directory: folder,
      },
    );
    expect(missing.code).toBe(2);
  });

  it('leaves no half of a draft when one of several cannot be made, nor from a run that was killed', async () => {
    jsonl(a, event(2, 'file:///srv/2.jpg'));
    expect((await draft('--to', 'iwf')).stderr).toMatch(/needs a web address; give its public address/);
    expect(drafted()).toEqual([]);
    const left = owner.replace(/\d+$/, '999999999');
    mkdirSync(at('reports', `.iwf-0.${left}.part`), { recursive: true });
    jsonl(a);
    await draft('--to', 'iwf');
    expect(drafted()).toEqual([expect.stringMatching(/^iwf-/)]);
  });

  it('finds no detections in a clean run, and that is no error', async () => {
    jsonl({ schema: 'hashsieve/result/1', outcome: 'clear', uri: 'file:///x' });
    expect(await draft('--to', 'ncmec')).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('report draft with the ledger', () => {
  const to = (output: string, ...more: string[]) =>
    run(
      [
        'report',
        'draft',
        '--ledger',
        at('ledger.sqlite'),
        '--to',
        'ncmec',
        '-o',
        at(output),
        '--config',
        'config.json',
        ...more,
      ],
      {
        directory: folder,
      },
    );
  const scanned = async (...runs: (typeof a)[][]) => {
    const ledger = await Ledger.open(at('ledger.sqlite'));
    const ids = runs.map((events, i) => {
      const one = ledger.begin({ command: 'scan', key: `k${i}`, tool: '1', lists: [] }, i);
      for (const found of events) one.detect(found, i);
      return one.id;
    });
    ledger.close();
    return ids;
  };
  const events = () => ['--events', at('events.jsonl')];

  it('takes detections from it, all or those of one run', async () => {
    const [first] = await scanned([a], [b]);
    const covered = async (...more: string[]) => {
      const { code, stdout } = await to(`reports${more.length}`, ...more, '--again');
      expect(code).toBe(0);
      return stdout
        .trim()
        .split('\n')
        .flatMap((path) =>
          JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')).events.map((e: typeof a) => e.id),
        );
    };
    expect((await covered()).sort()).toEqual([a.id, b.id].sort());
    expect(await covered('--scan', first!)).toEqual([a.id]);
    expect(await covered('--scan', 'latest')).toEqual([b.id]);
    expect((await to('r', '--scan', 'nope')).stderr).toMatch(/--scan nope: .*knows no such run/);
    jsonl(a);
    expect((await to('r', '--scan', 'latest', ...events())).code).toBe(2);
  });

  it('says that there is no ledger rather than that nothing was found', async () => {
    expect(await to('reports')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /without --events FILE needs a ledger, and there is none at .*scan first/,
      ),
    });
  });

  it('knows an earlier draft wherever it was written, also when it is gone, and one that was made without it', async () => {
    jsonl(a);
    const first = (await to('one', ...events())).stdout.trim();
    const second = await to('two', ...events());
    expect(second).toMatchObject({ code: 0, stdout: '' });
    expect(second.stderr).toContain(`${first}; draft it again with --again`);
    rmSync(first, { recursive: true });
    expect((await to('two', ...events())).stderr).toContain(
      `${first}, moved or removed since; draft it again`,
    );
    expect((await to('two', ...events(), '--again')).stdout).not.toBe('');
    jsonl(b);
    await to('three', '--no-ledger', ...events());
    await to('three', ...events());
    expect((await to('four', ...events())).stdout).toBe('');
  });

  it('is made while a run holds the ledger', async () => {
    await scanned([a]);
    const scan = await Ledger.open(at('ledger.sqlite'));
    expect((await to('reports')).code).toBe(0);
    scan.close();
  });

  it('refuses what an allow list or a drill is behind', async () => {
    const suppressed = { list: 'allowed', entryId: 'logo', reason: 'our logo' };
    await scanned([
      event(1, a.uri, { matches: [{ ...match, suppressed } as typeof match] }),
      event(2, b.uri, { matches: [{ ...match, category: 'test' }] }),
    ]);
    const { code, stderr } = await to('reports');
    expect(code).toBe(2);
    expect(stderr).toContain('(https://a.example/1.jpg): every match is on an allow list');
    expect(stderr).toContain('(https://b.example/2.jpg): every match is a test entry');
    expect(drafted()).toEqual([]);
  });
});

describe('report check', () => {
  const made = async () => {
    jsonl(a);
    return (await draft('--to', 'ncmec')).stdout.trim();
  };
  const edit = (path: string, from: string, to: string) =>
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));

  it('names file, element and rule of each fault, as text and as JSON', async () => {
    const path = await made();
    edit(join(path, 'report.xml'), '<platform>', '<platform>{{FILE-ID}}');
    symlinkSync('/etc/passwd', join(path, 'passwd.txt'));
    const text = await run(['report', 'check', path]);
    expect(text.code).toBe(2);
    expect(text.stdout).toContain(
      `${path}/report.xml: /report/incidentSummary/platform: placeholder: still holds {{FILE-ID}}`,
    );
    expect(text.stdout).toContain('passwd.txt: /: no-media');
    const json = await run(['report', 'check', path, '--format', 'json']);
    expect(JSON.parse(json.stdout)[0].findings).toHaveLength(2);
  });

  it.each(['generic', 'iwf', 'ncmec'])(
    'tells every file of a draft that is gone, new or other (%s)',
    async (to) => {
      jsonl(a);
      const path = (await draft('--to', to)).stdout.trim();
      const checked = async () => {
        const { code, stdout } = await run(['report', 'check', path, '--format', 'json']);
        const [{ digest, edited, findings }] = JSON.parse(stdout);
        return {
          code,
          digest,
          edited,
          found: findings.map(({ file, rule }: { file: string; rule: string }) => [file, rule]),
        };
      };
      const sound = await checked();
      expect(sound).toMatchObject({ code: 0, edited: [], found: [] });
      const digests = new Set([sound.digest]);
      const names = Object.keys(JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')).files);
      for (const name of [...names, 'summary.txt', 'CHECKLIST.md']) {
        const text = readFileSync(join(path, name), 'utf8');
        writeFileSync(join(path, name), `${text}\n`);
        const other = await checked();
        expect(other).toMatchObject({ code: 0, edited: names.includes(name) ? [name] : [] });
        digests.add(other.digest);
        rmSync(join(path, name));
        const gone = await checked();
        expect(gone).toMatchObject({ code: 2, found: expect.arrayContaining([[name, 'required']]) });
        digests.add(gone.digest);
        writeFileSync(join(path, name), text);
      }
      expect(digests.size).toBe(1 + 2 * (names.length + 2));
      writeFileSync(join(path, 'more.txt'), 'more');
      expect(await checked()).toMatchObject({ code: 2, found: [['more.txt', 'unknown']] });
      rmSync(join(path, 'more.txt'));
      writeFileSync(join(path, 'submission.jsonl'), '');
      expect(await checked()).toEqual(sound);
    },
  );

  it('asks an own copy of the schema too', async () => {
    const xsd = write(
      'own.xsd',
      `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="report"/>
       <xs:element name="fileDetails"><xs:complexType><xs:sequence>
       <xs:element name="reportId" type="xs:long"/><xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/>
       </xs:sequence></xs:complexType></xs:element></xs:schema>`,
    );
    const path = await made();
    expect((await run(['report', 'check', path, '--xsd', xsd])).code).toBe(0);
    write('own.xsd', readFileSync(xsd, 'utf8').replace('xs:long', 'xs:date'));
    const { code, stdout } = await run(['report', 'check', path, '--xsd', xsd]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/fileinfo-001\.xml: line 3: xsd: .*reportId/);
    write('own.xsd', 'no schema');
    expect((await run(['report', 'check', path, '--xsd', xsd])).stderr).toMatch(/schema .*own\.xsd/);
  });

  it('is code 2 for a directory that is no draft', async () => {
    expect((await run(['report', 'check', folder])).code).toBe(2);
    expect((await run(['report', 'check', at('nowhere')])).stderr).toContain('cannot be read');
  });
});

describe('init', () => {
  it('writes a config to fill in that the config reader takes, and never overwrites one', async () => {
    const path = at('new.json');
    expect((await run(['init', path])).code).toBe(0);
    const shown = await run(['scan', '--config', path, '--print-config', '.']);
    expect(shown.code).toBe(0);
    jsonl(a);
    expect((await draft('--to', 'ncmec', '--config', path)).stderr).toMatch(
      /operator\.organisation is not filled in/,
    );
    const text = readFileSync(path, 'utf8');
    expect(await run(['init', path])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('stays as it is'),
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
