import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';
import { type S3TestServer, serveS3 } from '../support/s3-server.js';

const known = join(demo, 'known.csv');
const picture = readFileSync(join(demo, 'uploads/holiday.jpg'));
const text = Buffer.from('no picture');

let store: S3TestServer;
beforeAll(async () => {
  store = await serveS3();
});
beforeEach(() => {
  store.objects.clear();
  store.encodings.clear();
  store.asked.length = 0;
});
afterAll(() => store.close());

const env = {
  AWS_ACCESS_KEY_ID: 'test-id',
  AWS_SECRET_ACCESS_KEY: 'test-s3cret',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const scan = (target: string, ...args: string[]) =>
  hashsieve(['scan', target, '--list', known, '--s3-endpoint', store.endpoint, ...args], { env });
const show = (stdout: string) =>
  lines(stdout).map(({ outcome, uri, code }) => [outcome, uri, code].filter(Boolean).join(' '));

describe('a bucket', () => {
  it('is scanned page by page below a prefix, whatever its keys are', async () => {
    const keys = [
      'in/a.jpg',
      'in/b c+d%.jpg',
      'in/\u00e4/\u65e5\u672c.jpg',
      'in/../x#y?z.jpg',
      'in/\u0001.jpg',
      'in//double.jpg',
      'in/z',
    ];
    for (const key of keys) store.objects.set(key, picture);
    store.objects.set('in/', Buffer.alloc(0));
    store.objects.set('other/a.jpg', picture);
    const { code, stdout } = await scan('s3://uploads/in/', '--all', '--format', 'jsonl');
    expect(code).toBe(10);
    const uri = (key: string) => `s3://uploads/${key.split('/').map(encodeURIComponent).join('/')}`;
    expect(show(stdout).sort()).toEqual(
      ['skipped s3://uploads/in/ directory', ...keys.map((key) => `matched ${uri(key)}`)].sort(),
    );
    expect(store.headers['user-agent']).toMatch(/hashsieve/);
  });

  it('is read again only where it changed', async () => {
    const ledger = ['--ledger', join(tempDir(), 'ledger.db')];
    for (const key of ['a.jpg', 'b.jpg', 'c.jpg', 'd.txt'])
      store.objects.set(key, key === 'd.txt' ? text : picture);
    const first = await scan('s3://uploads', ...ledger);
    expect(first.code).toBe(10);
    store.asked.length = 0;
    store.objects.set('b.jpg', text);
    store.times.set('c.jpg', 1_700_000_100);
    const second = await scan('s3://uploads', ...ledger);
    expect(show(second.stdout)).toEqual([
      'matched s3://uploads/a.jpg',
      'failed s3://uploads/b.jpg undecodable',
      'matched s3://uploads/c.jpg',
      'skipped s3://uploads/d.txt not-an-image',
    ]);
    expect(store.asked.filter((line) => !line.startsWith('GET ?')).sort()).toEqual([
      'GET b.jpg',
      'GET c.jpg',
    ]);
  });

  it('ends each object that cannot be had in one named result, and goes on', async () => {
    store.objects.set('1-gone.jpg', { status: 404, code: 'NoSuchKey' });
    store.objects.set('2-denied.jpg', { status: 403, code: 'AccessDenied' });
    store.objects.set('3-frozen.jpg', { status: 403, code: 'InvalidObjectState' });
    store.objects.set('4-teapot.jpg', { status: 418, code: 'Teapot' });
    store.objects.set('5-cut.jpg', 'cut');
    store.objects.set('6-endless.jpg', 'endless');
    store.objects.set('7-silent.jpg', 'silent');
    store.objects.set('8-large.jpg', Buffer.alloc(3_000_000));
    store.objects.set('9.jpg', picture);
    const { code, stdout, stderr } = await scan('s3://uploads/', '--max-bytes', '2MB', '--timeout', '4s');
    expect(code).toBe(11);
    expect(show(stdout).map((line) => line.replace('s3://uploads/', ''))).toEqual([
      'failed 1-gone.jpg not-found',
      'failed 2-denied.jpg permission-denied',
      'failed 3-frozen.jpg archived',
      'failed 4-teapot.jpg http-418',
      'failed 5-cut.jpg network-error',
      'failed 6-endless.jpg too-large',
      'failed 7-silent.jpg time-out',
      'failed 8-large.jpg too-large',
      'matched 9.jpg',
    ]);
    expect(stdout + stderr).not.toMatch(/s3cret|secret-bucket-policy|test-id/);
  });

  it('may hold its objects packed, as browsers unpack them', async () => {
    const put = (key: string, encoding: string, content: Buffer) => {
      store.objects.set(key, content);
      store.encodings.set(key, encoding);
    };
    put('1.jpg', 'br', brotliCompressSync(picture));
    put('2.jpg', 'gzip', gzipSync(picture));
    put('3.jpg', 'aws-chunked', picture);
    put('4.jpg', 'aws-chunked,gzip', gzipSync(picture));
    put('5.jpg', 'br', gzipSync(picture));
    put('6.jpg', 'unheard-of', picture);
    put('7.jpg', 'br', brotliCompressSync(Buffer.alloc(3_000_000)));
    const { code, stdout } = await scan('s3://uploads/', '--max-bytes', '2MB');
    expect(code).toBe(11);
    expect(show(stdout).map((line) => line.replace('s3://uploads/', ''))).toEqual([
      ...['matched 1.jpg', 'matched 2.jpg', 'matched 3.jpg', 'matched 4.jpg'],
      ...['failed 5.jpg read-error', 'failed 6.jpg read-error', 'failed 7.jpg too-large'],
    ]);
  });

  it('that is not there, or without credentials, is an incomplete run', async () => {
    const missing = await scan('s3://no-such-bucket/');
    expect([missing.code, show(missing.stdout)]).toEqual([3, ['failed s3://no-such-bucket/ not-found']]);
    const args = ['scan', 's3://uploads/', '--list', known, '--s3-endpoint', store.endpoint];
    const bare = await hashsieve(args, { env: { AWS_EC2_METADATA_DISABLED: 'true' } });
    expect([bare.code, show(bare.stdout)]).toEqual([3, ['failed s3://uploads/ permission-denied']]);
    expect(bare.stdout).toContain('AWS_ACCESS_KEY_ID');
  });

  it.each([
    ['gs://bucket/x', /buckets are not read yet.*storage\.googleapis\.com/],
    ['az://container/x', /buckets are not read yet.*azcopy/],
    ['s3://', /s3:\/\/bucket/],
  ])('%s is a usage error that says what to do', async (target, message) => {
    const { code, stderr } = await hashsieve(['scan', target, '--list', known]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('of a store whose address is none is a usage error', async () => {
    const { code } = await hashsieve([
      'scan',
      's3://uploads',
      '--list',
      known,
      '--s3-endpoint',
      'store.example',
    ]);
    expect(code).toBe(2);
  });
});
