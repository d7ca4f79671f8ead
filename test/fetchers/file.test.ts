import { execFileSync } from 'node:child_process';
import { chmodSync, promises as fs, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fileUri } from '../../src/core/uri.js';
import { fileFetcher } from '../../src/fetchers/file.js';
import { tree, unprivileged } from '../sources/tree.js';
import { itWith, programPath } from '../support/programs.js';

const limits = { maxBytes: 1000, timeoutSeconds: 10 };
const fetched = async (path: string | Buffer, signal?: AbortSignal) => {
  const asset = await fileFetcher(limits).fetch({ uri: fileUri(Buffer.from(path as Buffer)) }, signal);
  return Buffer.from(asset.bytes).toString();
};
const code = (path: string | Buffer) =>
  fetched(path).then(
    () => 'fetched',
    (error: { stage: string; code: string }) => `${error.stage}/${error.code}`,
  );

afterEach(() => {
  vi.restoreAllMocks();
});

/** Lets `act` happen after each read of a file; it gets the number of reads, and of times the file was opened. */
function afterEachRead(act: (reads: number, opens: number) => void) {
  const open = fs.open;
  let reads = 0;
  let opens = 0;
  vi.spyOn(fs, 'open').mockImplementation(async (...args) => {
    const handle = await open(...args);
    opens += 1;
    const read = handle.read.bind(handle) as unknown as (...read: unknown[]) => Promise<never>;
    const readAndAct = async (...given: unknown[]) => {
      const result = await read(...given);
      reads += 1;
      act(reads, opens);
      return result;
    };
    return Object.assign(handle, { read: readAndAct });
  });
}

describe('a local file', () => {
  it('is read whole, by any name, through links', async () => {
    const root = tree('a b%20[1]{}?#.jpg');
    expect(await fetched(`${root}/a b%20[1]{}?#.jpg`)).toBe('a b%20[1]{}?#.jpg');
    const raw = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x0a, 0x1b])]);
    writeFileSync(raw, 'raw');
    expect(await fetched(raw)).toBe('raw');
    symlinkSync('a b%20[1]{}?#.jpg', `${root}/link`);
    expect(await fetched(`${root}/link`)).toBe('a b%20[1]{}?#.jpg');
    writeFileSync(`${root}/empty`, '');
    expect(await fetched(`${root}/empty`)).toBe('');
  });

  itWith(['Linux'], 'is read to its end where its size says 0, and refused above the limit', async () => {
    expect(await fetched('/proc/self/comm')).not.toBe('');
    expect(await code('/proc/self/maps')).toBe('fetch/too-large');
  });

  it('is refused one byte above the limit', async () => {
    const root = tree();
    writeFileSync(`${root}/just`, Buffer.alloc(1000));
    writeFileSync(`${root}/over`, Buffer.alloc(1001));
    expect(await code(`${root}/just`)).toBe('fetched');
    expect(await code(`${root}/over`)).toBe('fetch/too-large');
  });

  it('that is not there, or not to be reached, says so', async () => {
    const root = tree('file', 'loop/x');
    symlinkSync('gone', `${root}/dangling`);
    symlinkSync('self', `${root}/self`);
    expect(await code(`${root}/gone`)).toBe('fetch/not-found');
    expect(await code(`${root}/file/below`)).toBe('fetch/not-found');
    expect(await code(`${root}/dangling`)).toBe('fetch/not-found');
    expect(await code(`${root}/self`)).toBe('fetch/read-error');
    expect(await code(`${root}/${'x'.repeat(300)}`)).toBe('fetch/read-error');
    expect(await code(Buffer.from(`${root}/a\0b`))).toBe('fetch/bad-url');
    await expect(fileFetcher(limits).fetch({ uri: 'file://host/x' })).rejects.toMatchObject({
      code: 'bad-url',
    });
  });

  itWith(['POSIX'], 'that may not be read says so', async () => {
    const root = tree('closed', 'dir/x');
    chmodSync(root, 0o755);
    chmodSync(`${root}/closed`, 0o000);
    chmodSync(`${root}/dir`, 0o000);
    expect(await unprivileged(() => code(`${root}/closed`))).toBe('fetch/permission-denied');
    expect(await unprivileged(() => code(`${root}/dir/x`))).toBe('fetch/permission-denied');
    chmodSync(`${root}/dir`, 0o755);
  });

  itWith(['mkfifo'], 'never waits for a pipe, and takes no socket, device or directory', async () => {
    const root = tree();
    mkdirSync(`${root}/dir`);
    execFileSync(programPath('mkfifo'), [`${root}/pipe`]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(`${root}/socket`, resolve));
    for (const path of ['dir', 'pipe', 'socket'])
      expect(await code(`${root}/${path}`), path).toBe('fetch/not-a-file');
    expect(await code('/dev/null')).toBe('fetch/not-a-file');
    await new Promise((resolve) => server.close(resolve));
  });

  itWith(['mkfifo'], 'never waits for a pipe that took the place of a file just now', async () => {
    const root = tree('file');
    execFileSync(programPath('mkfifo'), [`${root}/pipe`]);
    const open = fs.open;
    vi.spyOn(fs, 'open').mockImplementation((_path, ...rest) => open(`${root}/pipe`, ...rest));
    expect(await code(`${root}/file`)).toBe('fetch/not-a-file');
  });
});

describe('a file that changes while it is read', () => {
  it.each([
    ['grows', 'x'.repeat(500)],
    ['shrinks', ''],
  ])('and %s once is read again', async (_, text) => {
    const root = tree('file');
    afterEachRead((reads) => {
      if (reads === 1) writeFileSync(`${root}/file`, text);
    });
    expect(await fetched(`${root}/file`)).toBe(text);
  });

  it('and changes again is a failure, not half a picture', async () => {
    const root = tree('file');
    afterEachRead((_, opens) => writeFileSync(`${root}/file`, 'x'.repeat(10 * opens)));
    expect(await code(`${root}/file`)).toBe('fetch/read-error');
  });

  it('and grows without end stays within the limit', async () => {
    const root = tree('file');
    afterEachRead((reads) => truncateSync(`${root}/file`, reads * 900));
    expect(await code(`${root}/file`)).toBe('fetch/too-large');
  });
});

describe('a file system that hangs', () => {
  it('costs the time limit, and no more', async () => {
    const root = tree('file');
    vi.spyOn(fs, 'stat').mockReturnValue(new Promise(() => {}) as never);
    const fetching = fileFetcher({ ...limits, timeoutSeconds: 0.05 }).fetch({ uri: `file://${root}/file` });
    await expect(fetching).rejects.toMatchObject({ stage: 'fetch', code: 'time-out' });
  });

  it('can be left by an abort', async () => {
    const root = tree('file');
    vi.spyOn(fs, 'stat').mockReturnValue(new Promise(() => {}) as never);
    const controller = new AbortController();
    const fetching = fetched(`${root}/file`, controller.signal);
    controller.abort(new Error('Ctrl-C'));
    await expect(fetching).rejects.toThrow('Ctrl-C');
    await expect(fetched(`${root}/file`, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });
});
