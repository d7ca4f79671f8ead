import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger } from '../../src/ledger/index.js';
import { type BlockFormatName, blockFormats } from '../../src/remediation/index.js';
import type { BlockTarget } from '../../src/remediation/types.js';
import { run } from '../cli/run.js';
import { event, match, operator } from '../reports/cases.js';
import { itWith } from '../support/programs.js';

const target = (url: string): BlockTarget => ({ uri: url, url, events: ['e'] });
function write(name: BlockFormatName, ...urls: string[]) {
  const { rules, left } = blockFormats[name].rulesFor(urls.map(target));
  return { rules, left, text: blockFormats[name].write(rules) };
}

const hostile = 'https://a.example/x"; } server { return 200; } $' + "{a} `b` \\ '$(id)\n.jpg?q=\"'`;}";

describe.each(Object.keys(blockFormats) as BlockFormatName[])('the rules for %s', (name) => {
  it('leave no target out in silence', () => {
    const { rules, left } = blockFormats[name].rulesFor([{ uri: 'file:///srv/x.jpg', events: ['e'] }]);
    expect({ rules, left }).toMatchObject({ rules: [], left: [{ target: { uri: 'file:///srv/x.jpg' } }] });
    expect(blockFormats[name].rulesFor([])).toEqual({ rules: [], left: [] });
  });

  it('are read again, also where somebody took some out, and nothing else is taken for them', () => {
    const format = blockFormats[name];
    const many = Array.from({ length: 100 }, (_, i) => `https://s3.amazonaws.com/b${i % 2}/${i} or (x).jpg`);
    const odd = hostile.replace('a.example', 's3.amazonaws.com');
    const { rules, left, text } = write(name, ...many, name === 'haproxy-map' ? odd.split('?')[0]! : odd);
    expect({ rules: rules.length, left }).toEqual({ rules: 101, left: [] });
    expect([...format.read(text)!].sort()).toEqual([...rules].sort());
    const [first, second, ...rest] = format.read(text)!;
    expect(format.read(format.write([first!, ...rest]))).toEqual([first, ...rest]);
    expect(format.read(format.write([]))).toEqual([]);
    expect(format.write([...rules, second!].filter((rule) => rule !== second))).not.toContain(second);
    for (const other of [
      'x',
      `${text}x`,
      `x${text}`,
      text.slice(0, -3),
      '{}',
      '[1]',
      'null',
      '{"requests":[1]}',
    ])
      expect(format.read(other), other.slice(0, 50)).toBeUndefined();
    for (const another of Object.keys(blockFormats) as BlockFormatName[])
      if (another !== name) expect(format.read(write(another, hostile).text)?.length ?? 0).toBe(0);
  });

  it('let nothing of an address out of its place', () => {
    const { text } = write(name, hostile);
    if (name === 'cloudflare-purge') expect(JSON.parse(text)).toEqual([{ files: [new URL(hostile).href] }]);
    else if (name === 'urls') expect(text.match(/\s/g)).toEqual(['\n']);
    else if (name === 'cloudflare-list') {
      const [{ expression }] = JSON.parse(text);
      expect(expression.replace(/"(?:[^"\\]|\\.)*"/g, 'TEXT')).toBe(
        '(http.host eq TEXT and url_decode(http.request.uri.path) eq TEXT and http.request.uri.query eq TEXT)',
      );
    } else expect(text).not.toMatch(/server \{|\$\{a\}|`b`|\$\(id\)|return 200/);
  });
});

describe('formats', () => {
  it('answer 451, in the language of each', () => {
    const url = 'https://a.example/p/a%20b.jpg?id=5';
    expect(write('urls', url, 'https://a.example/x#top').text).toBe(
      'https://a.example/p/a%20b.jpg?id=5\nhttps://a.example/x#top\n',
    );
    expect(write('apache', url).text).toContain(
      'RewriteCond %{HTTP_HOST} "^a\\x2eexample\\x2e?(?::[0-9]*)?$" [NC]\nRewriteCond %{QUERY_STRING} "^(?:i|%69)(?:d|%64)\\x3d(?:5|%35)$"\nRewriteRule "^/p/a\\x20b\\x2ejpg$" - [R=451,L]\n',
    );
    expect(write('caddy', url).text).toContain(
      '\thost a.example a.example.\n\tpath_regexp "^/p/a\\x{20}b\\x{2e}jpg$"\n',
    );
    expect(write('caddy', 'https://a.example/%ff').left).toHaveLength(1);
    expect(write('varnish', 'https://a.example/a').text).toContain('{"^/+(?:a|%61)$"}');
    const rules = JSON.parse(write('cloudflare-list', url).text);
    expect(rules[0].action_parameters.response.status_code).toBe(451);
    expect(rules[0].expression).toBe(
      '(http.host eq "a.example" and url_decode(http.request.uri.path) eq "/p/a b.jpg" and http.request.uri.query eq "id=5")',
    );
  });

  it('keep within what Cloudflare takes in one expression', () => {
    const urls = Array.from({ length: 200 }, (_, i) => `https://a.example/${i}.jpg`);
    const rules = JSON.parse(write('cloudflare-list', ...urls).text) as { expression: string }[];
    expect(Math.max(...rules.map((rule) => rule.expression.length))).toBeLessThanOrEqual(4096);
    expect(rules.flatMap((rule) => rule.expression.split(' or '))).toHaveLength(200);
  });

  it('deny reading in S3, each key exactly, and purge in portions', () => {
    const { deny } = JSON.parse(
      write('s3-deny-policy', 's3://one/a*b$.jpg', 's3://one/c.jpg', 's3://two/d.jpg').text,
    );
    expect(deny.one.Statement[0]).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Resource: [`arn:aws:s3:::one/a\${*}b\${$}.jpg`, 'arn:aws:s3:::one/c.jpg'],
    });
    expect(deny.two.Statement[0].Resource).toEqual(['arn:aws:s3:::two/d.jpg']);
    const urls = Array.from({ length: 31 }, (_, i) => `https://a.example/${i}.jpg`);
    const bodies = JSON.parse(write('cloudflare-purge', ...urls).text) as { files: string[] }[];
    expect(bodies.map(({ files }) => files.length)).toEqual([30, 1]);
  });

  it('plan deletions in S3 in portions of a thousand, keys decoded', () => {
    const urls = Array.from({ length: 1001 }, (_, i) => `s3://bucket/a%20${i}.jpg`);
    const plan = JSON.parse(
      write('s3-delete-plan', ...urls, 'https://other.s3.eu-west-1.amazonaws.com/k%C3%A4.png').text,
    );
    expect(plan.requests.map((r: { Delete: { Objects: object[] } }) => r.Delete.Objects.length)).toEqual([
      1000, 1, 1,
    ]);
    expect(plan.requests[0].Delete.Objects[0]).toEqual({ Key: 'a 0.jpg' });
    expect(plan.requests[2]).toMatchObject({ Bucket: 'other', Delete: { Objects: [{ Key: 'kä.png' }] } });
    expect(plan.notice).toContain('preserve');
  });
});

describe('block', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hashsieve-block-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const block = (events: object[], ...args: string[]) => {
    writeFileSync(join(folder, 'e.jsonl'), events.map((e) => `${JSON.stringify(e)}\n`).join(''));
    return run(['block', '--events', join(folder, 'e.jsonl'), ...args], { directory: folder });
  };

  it('writes each address once, archives as a whole, adults too, tests and allowed ones not', async () => {
    const { code, stdout, stderr } = await block(
      [
        event(1, 'https://a.example/1.jpg'),
        event(2, 'https://a.example/1.jpg', { frame: 2 }),
        event(3, 'https://a.example/pack.zip!/x/2.jpg', { member: 'x/2.jpg' }),
        event(4, 'https://a.example/4.jpg', { matches: [{ ...match, category: 'ncii' }] }),
        event(5, 'https://a.example/5.jpg', { matches: [{ ...match, category: 'test' }] }),
      ],
      '--format',
      'urls',
    );
    expect(code).toBe(0);
    expect(stdout).toBe('https://a.example/1.jpg\nhttps://a.example/pack.zip\nhttps://a.example/4.jpg\n');
    expect(stderr).toContain('left online https://a.example/5.jpg: every match is a test entry');
    expect(stderr).toContain('Nothing was applied');
  });

  it('takes detections from the ledger, all or those of one run', async () => {
    const path = join(folder, 'ledger.sqlite');
    const ledger = await Ledger.open(path);
    for (const n of [1, 2])
      ledger
        .begin({ command: 'scan', key: `k${n}`, tool: '1', lists: [] }, n)
        .detect(event(n, `https://a.example/${n}.jpg`), n);
    ledger.close();
    const rules = async (...args: string[]) =>
      (await run(['block', '--ledger', path, '--format', 'urls', ...args], { directory: folder })).stdout;
    expect(await rules()).toBe('https://a.example/1.jpg\nhttps://a.example/2.jpg\n');
    expect(await rules('--scan', 'latest')).toBe('https://a.example/2.jpg\n');
    expect(await run(['block', '--ledger', join(folder, 'none'), '--format', 'urls'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/block without --events FILE needs a ledger, and there is none/),
    });
  });

  it.each(Object.keys(blockFormats) as BlockFormatName[])(
    'never takes a rule out of a file by itself (%s)',
    async (format) => {
      const out = join(folder, 'rules');
      const at = (n: number) => `https://s3.amazonaws.com/bucket/${n}.jpg`;
      const write = (...numbers: number[]) =>
        block(
          numbers.map((n) => event(n, at(n))),
          ...['--format', format, '-o', out],
        );
      expect(await write(1, 2)).toMatchObject({ code: 0, stderr: expect.stringMatching(/^2 address/m) });
      const text = readFileSync(out, 'utf8');
      // What is blocked is not found again.
      expect(await write()).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('0 address(es), 2 more from before'),
      });
      expect(readFileSync(out, 'utf8')).toBe(text);
      await write(2, 3);
      const three = readFileSync(out, 'utf8');
      expect(three).toBe(
        blockFormats[format].write(blockFormats[format].rulesFor([1, 2, 3].map((n) => target(at(n)))).rules),
      );
      const others = blockFormats[format === 'nginx' ? 'apache' : 'nginx'].write([]);
      for (const foreign of [`${text}\nedited`, others]) {
        writeFileSync(out, foreign);
        expect(await write(4)).toMatchObject({
          code: 2,
          stderr: expect.stringMatching(/rules holds something else than rules .*--replace/),
        });
        expect(readFileSync(out, 'utf8')).toBe(foreign);
      }
      writeFileSync(out, three);
      const replaced = await block([event(3, at(3))], '--format', format, '-o', out, '--replace');
      expect(replaced.code).toBe(0);
      const lifted = replaced.stderr.split('\n').filter((line) => line.startsWith('no longer blocked by'));
      expect(lifted).toEqual([expect.stringMatching(/1\.jpg/), expect.stringMatching(/2\.jpg/)]);
      expect(blockFormats[format].read(readFileSync(out, 'utf8'))).toHaveLength(1);
    },
  );

  it('tells where an address with a query is blocked alone, and blocks every query on request', async () => {
    const url = 'https://a.example/image.php?id=5';
    const alone = await block([event(1, url)], '--format', 'nginx');
    expect(alone).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/blocked with this query alone .*id=5: .*--any-query/),
    });
    const every = await block([event(1, url)], '--format', 'urls', '--any-query');
    expect(every).toMatchObject({ code: 0, stdout: 'https://a.example/image.php\n' });
    expect(every.stderr).not.toContain('alone');
    // A map of HAProxy knows no query.
    expect((await block([event(1, url)], '--format', 'haproxy-map')).code).toBe(3);
    expect((await block([event(1, url)], '--format', 'haproxy-map', '--any-query')).code).toBe(0);
    expect((await block([event(1, 'https://a.example/1.jpg')], '--format', 'nginx')).stderr).not.toContain(
      'alone',
    );
  });

  itWith(['root', 'POSIX'], 'keeps mode and owner of a rule file, and says who must read it', async () => {
    const out = join(folder, 'rules');
    const write = (n: number) =>
      block([event(n, `https://a.example/${n}.jpg`)], '--format', 'caddy', '-o', out);
    expect((await write(1)).stderr).toMatch(/mode 600\. Make sure that Caddy \(the user caddy .*can read it/);
    chmodSync(out, 0o640);
    chownSync(out, 0, 65534);
    expect((await write(2)).stderr).toMatch(/group 65534, mode 640/);
    expect(statSync(out)).toMatchObject({ uid: 0, gid: 65534, mode: 0o100640 });
    chmodSync(out, 0o644);
    chownSync(out, 65534, 65534);
    expect((await write(3)).stderr).not.toContain('Make sure');
    expect(statSync(out)).toMatchObject({ uid: 65534, gid: 65534, mode: 0o100644 });
    expect(readFileSync(out, 'utf8').match(/respond/g)).toHaveLength(3);
  });

  it('says of what is known to be harmless by now that its rule from before stays', async () => {
    const out = ['--format', 'urls', '-o', join(folder, 'rules')];
    const url = 'https://a.example/1.jpg';
    await block([event(1, url)], ...out);
    const suppressed = { list: 'allow', entryId: 'a' };
    const forgiven = event(1, url, { matches: [{ ...match, suppressed }] });
    expect((await block([forgiven], ...out)).stderr).toContain(
      `still blocked ${url}: every match is on an allow list`,
    );
    expect((await block([forgiven], ...out, '--replace')).stderr).toMatch(
      /^left online .*\nno longer blocked by .*rules: https:\/\/a\.example\/1\.jpg\n/,
    );
    expect((await block([], '--format', 'urls', '--replace')).code).toBe(2);
  });

  it('is incomplete (3) when an address cannot be blocked, and knows the folders of the config', async () => {
    const local = event(1, 'file:///srv/up/a%20b.jpg');
    const out = join(folder, 'rules.txt');
    expect(await block([local], '--format', 'urls', '-o', out)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('not blocked /srv/up/a b.jpg'),
    });
    const publicAddresses = [{ files: '/srv/up', url: 'https://a.example/files' }];
    const config = join(folder, 'config.json');
    writeFileSync(config, JSON.stringify({ operator: { ...operator, publicAddresses } }));
    expect((await block([local], '--format', 'urls', '-o', out, '--config', config)).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('https://a.example/files/a%20b.jpg\n');
    expect((await block([local])).stderr).toContain('give --format');
  });
});
