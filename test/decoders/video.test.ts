import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/containers/store.js';
import type { ScanResult } from '../../src/core/types.js';
import { decodeVideo, defaultDecodeLimits, sniff } from '../../src/decoders/index.js';
import { loadList } from '../../src/index.js';
import { createScanner, type ScannerOptions } from '../../src/scanner/scanner.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { endOf, resultsInside } from '../support/inside.js';
import { describeWith, itWith, programPath } from '../support/programs.js';
import { ffmpeg, videoOf } from '../support/video.js';

let known: Buffer;
let list: Awaited<ReturnType<typeof loadList>>['list'];
let mp4: Buffer;
beforeAll(async () => {
  known = await draw(1).png().toBuffer();
  const path = join(tempDir(), 'known.txt');
  const [result] = await resultsInside('known.png', known, { algorithms: ['pdq'] });
  writeFileSync(path, `pdq:${result!.fingerprints.find(({ algorithm }) => algorithm === 'pdq')!.hex}\n`);
  list = (await loadList({ path })).list;
});

const scan = async (name: string, bytes: Uint8Array, options: ScannerOptions = {}): Promise<ScanResult> => {
  const results = await resultsInside(name, bytes, {
    lists: [list],
    ffmpeg: programPath('ffmpeg'),
    ...options,
  });
  expect(results).toHaveLength(1);
  return results[0]!;
};
async function drained(frames: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of frames) count += 1;
  return count;
}
/** A process that has ended and was not waited for is no more. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
const timeOf = (result: ScanResult) => (result.outcome === 'matched' ? result.matches[0]!.time : undefined);

describeWith(['ffmpeg', 'POSIX'], 'videos', () => {
  beforeAll(() => {
    mp4 = videoOf(known, 'a.mp4');
  });

  it.each([
    'a.mp4',
    'a.mov',
    'a.mkv',
    'a.webm',
    'a.avi',
    'a.flv',
    'a.mpg',
    'a.m2v',
    'a.ts',
    'a.m2ts',
    'a.wmv',
    'a.ogv',
  ])('a known picture in %s is found, with its time', async (name) => {
    const result = await scan(name, name === 'a.mp4' ? mp4 : videoOf(known, name));
    expect(endOf(result)).toBe('matched');
    const time = timeOf(result)!;
    const start = /\.(mpg|m2v|ts|m2ts)$/.test(name) ? 5 : 3.5;
    expect(time).toBeGreaterThanOrEqual(2.9);
    expect(time).toBeLessThanOrEqual(start + 1.5);
  });

  it('passes over black frames and repeated ones, and counts them as looked at', async () => {
    const { facts, withheld } = await scan('a.mp4', mp4);
    expect(facts).toMatchObject({ mediaType: 'video/mp4' });
    expect(facts!.frames).toBeGreaterThanOrEqual(7);
    expect(facts!.framesHashed).toBeLessThanOrEqual(facts!.frames! - 3);
    expect(withheld).toEqual([]);
  });

  it.each([2.04, 2.16, 2.28])('sees a flash of 0.2 seconds at %d s', async (from) => {
    const still = join(tempDir(), 'still.png');
    writeFileSync(still, known);
    const shown = `between(t,${from - 0.01},${from + 0.19})`;
    const flash = ffmpeg('flash.mp4', [
      ...['-f', 'lavfi', '-t', '5', '-i', 'color=gray:s=720x480:r=25', '-i', still],
      ...[
        '-filter_complex',
        `[1]scale=720:480[k];[0][k]overlay=enable='${shown}'`,
        '-c:v',
        'libx264',
        '-crf',
        '18',
        '-pix_fmt',
        'yuv420p',
      ],
    ]);
    const time = timeOf(await scan('flash.mp4', flash));
    expect(time).toBeGreaterThanOrEqual(from - 0.001);
    expect(time).toBeLessThanOrEqual(from + 0.2);
  });

  it('sees what fades in and out within a second and a half, and no scene begins with', async () => {
    const still = join(tempDir(), 'still.png');
    writeFileSync(still, known);
    const fades = 'fade=in:st=2.1:d=0.7:alpha=1,fade=out:st=2.8:d=0.7:alpha=1';
    const slow = ffmpeg('slow.mp4', [
      ...['-f', 'lavfi', '-t', '5', '-i', 'color=gray:s=720x480:r=25'],
      ...['-loop', '1', '-framerate', '25', '-t', '5', '-i', still],
      ...['-filter_complex', `[1]scale=720:480,format=yuva420p,${fades}[k];[0][k]overlay`],
      ...['-c:v', 'libx264', '-crf', '18', '-pix_fmt', 'yuv420p'],
    ]);
    expect(endOf(await scan('slow.mp4', slow))).toBe('matched');
  });

  it('looks at fewer and fewer frames from a number on, to its end, and says so', async () => {
    const few = await scan('a.mp4', mp4, { limits: { maxFrames: 3 } });
    expect(few).toMatchObject({ facts: { sampled: true } });
    const all = await scan('a.mp4', mp4);
    expect(all.facts).not.toHaveProperty('sampled');
    expect(few.facts!.frames).toBeLessThan(all.facts!.frames!);
    expect(few.facts!.frames).toBeGreaterThan(4);
  });

  it('sees a second track of pictures', async () => {
    const first = join(tempDir(), 'first.mp4');
    writeFileSync(
      first,
      ffmpeg('b.mp4', ['-f', 'lavfi', '-t', '2', '-i', 'testsrc=s=720x480:r=10', '-pix_fmt', 'yuv420p']),
    );
    const second = join(tempDir(), 'second.mp4');
    writeFileSync(second, mp4);
    const both = ffmpeg('both.mkv', ['-i', first, '-i', second, '-map', '0:v', '-map', '1:v', '-c', 'copy']);
    expect(endOf(await scan('both.mkv', both))).toBe('matched');
  });

  it.each([
    ['that leap', 'if(lt(N,3),TS,TS+100000000)'],
    ['that stand still', 'if(lt(N,1),TS,TS/500+50)'],
  ])('sees what comes after times %s', async (_, times) => {
    const path = join(tempDir(), 'a.mp4');
    writeFileSync(path, videoOf(known, 'a.mp4', ['-bf', '0']));
    const wild = ffmpeg('wild.mkv', ['-i', path, '-c', 'copy', '-bsf:v', `setts=ts='${times}'`]);
    expect(endOf(await scan('wild.mkv', wild))).toBe('matched');
  });

  it('matches the digests of the whole file, also where nothing decodes', async () => {
    const path = join(tempDir(), 'digests.txt');
    const noise = Buffer.concat([mp4.subarray(0, 64), Buffer.alloc(2000, 7)]);
    for (const bytes of [mp4, noise]) {
      const [result] = await resultsInside('b.mp4', bytes, { algorithms: ['sha256'] });
      writeFileSync(
        path,
        `sha256:${result!.fingerprints.find(({ algorithm }) => algorithm === 'sha256')!.hex}\n`,
      );
      const found = await scan('a.mp4', bytes, { lists: [(await loadList({ path })).list] });
      expect(found).toMatchObject({ outcome: 'matched', matches: [{ algorithm: 'sha256' }] });
    }
  });

  it('is read as far as it goes when it is cut, and is no clear file when nothing of it decodes', async () => {
    const mkv = videoOf(known, 'a.mkv', ['-g', '5']);
    const cut = await scan('a.mkv', mkv.subarray(0, mkv.length - 3000));
    expect(cut).toMatchObject({ outcome: 'matched', facts: { degraded: true } });
    expect(endOf(await scan('a.mp4', mp4.subarray(0, Math.floor(mp4.length / 2))))).toBe(
      'failed decode/undecodable',
    );
    const noise = Buffer.concat([mp4.subarray(0, 64), Buffer.alloc(5000, 7)]);
    expect(endOf(await scan('a.mp4', noise))).toBe('failed decode/undecodable');
  });

  it('is looked at whatever its brand says, and where it begins with an atom of megabytes', async () => {
    const sound = Buffer.from(mp4);
    sound.write('M4A ', 8, 'latin1');
    expect(await scan('a.m4a', sound)).toMatchObject({
      outcome: 'matched',
      facts: { mediaType: 'audio/mp4' },
    });
    // One atom over all that stands before the index, which counts places from the beginning of the file.
    const mov = videoOf(known, 'a.mov');
    const index = mov.lastIndexOf('moov') - 4;
    const old = Buffer.concat([mov.subarray(0, index), Buffer.alloc(2 ** 24), mov.subarray(index)]);
    old.writeUInt32BE(index + 2 ** 24, 0);
    old.write('mdat', 4, 'latin1');
    expect(await scan('a.mov', old)).toMatchObject({
      outcome: 'matched',
      facts: { mediaType: 'video/quicktime' },
    });
  });

  it('without a track of pictures is no picture', async () => {
    const sound = ffmpeg('sound.mkv', ['-f', 'lavfi', '-t', '1', '-i', 'sine', '-c:a', 'flac']);
    expect(endOf(await scan('sound.mkv', sound))).toBe('skipped not-an-image');
    const aac = ffmpeg('sound.m4a', ['-f', 'lavfi', '-t', '1', '-i', 'sine', '-c:a', 'aac']);
    expect(endOf(await scan('sound.m4a', aac))).toBe('skipped not-an-image');
  });

  it('leaves nothing in shared memory', async () => {
    await scan('a.mp4', mp4);
    if (existsSync('/dev/shm'))
      expect(readdirSync('/dev/shm').filter((name) => name.startsWith('hashsieve-'))).toEqual([]);
  });

  it('too large for memory is read from its file, by parts; its digests are compared', async () => {
    const path = join(tempDir(), 'large.mp4');
    writeFileSync(path, mp4);
    const scanner = createScanner({
      lists: [list],
      workers: 0,
      ffmpeg: programPath('ffmpeg'),
      limits: { maxBytes: mp4.length - 1, maxContainerBytes: 1e9 },
    });
    const results: ScanResult[] = [];
    for await (const result of scanner.scanAsset({ uri: pathToFileURL(path).href })) results.push(result);
    await scanner.close();
    expect(results.map(endOf)).toEqual(['matched']);
    expect(results[0]!.facts!.size).toBe(mp4.length);
  });

  it('is not looked at where it is switched off, or ffmpeg is missing or does not run', async () => {
    expect(endOf(await scan('a.mp4', mp4, { inside: ['archives'] }))).toBe('skipped switched-off');
    const path = join(tempDir(), 'a.mp4');
    writeFileSync(path, mp4);
    const ends: string[] = [];
    for (const options of [{}, { ffmpeg: '/nowhere/ffmpeg' }]) {
      const scanner = createScanner({ lists: [list], workers: 0, ...options });
      for await (const result of scanner.scanAsset({ uri: pathToFileURL(path).href }))
        ends.push(endOf(result));
      await scanner.close();
    }
    expect(ends).toEqual(['skipped decoder-missing', 'skipped decoder-missing']);
  });

  it('too long to decode ends in time, with all that ffmpeg started', async () => {
    const slow = join(tempDir(), 'ffmpeg');
    const script = `#!/bin/sh\n[ "$2" = -version ] && exec ${programPath('ffmpeg')} "$@"\nsleep 600 &\necho $! >${slow}.pid\nwait\n`;
    writeFileSync(slow, script, { mode: 0o755 });
    const result = await scan('a.mp4', mp4, { ffmpeg: slow, limits: { timeoutSeconds: 0.1 } });
    expect(endOf(result)).toBe('failed decode/time-out');
    const sleeper = Number(readFileSync(`${slow}.pid`, 'utf8'));
    await expect.poll(() => isRunning(sleeper)).toBe(false);
  });

  /** A program that does this in place of ffmpeg, whose own version it tells. */
  const instead = (does: string) => {
    const path = join(tempDir(), 'ffmpeg');
    writeFileSync(path, `#!/bin/sh\n[ "$2" = -version ] && exec ${programPath('ffmpeg')} "$@"\n${does}\n`, {
      mode: 0o755,
    });
    return path;
  };

  it.each(['kill -SEGV $$', 'exit 255'])(
    'whose ffmpeg crashes or is killed on the way (%s) is no clear file; what was found until then counts',
    async (end) => {
      const endingAfter = (frames: number) =>
        instead(`${programPath('ffmpeg')} "$@" | head -c ${frames * 720 * 480 * 3}; ${end}`);
      const early = await scan('a.mp4', mp4, { ffmpeg: endingAfter(2.5) });
      expect(endOf(early)).toBe('failed decode/undecodable');
      expect(early.facts!.framesHashed ?? early.facts!.frames).toBe(2);
      const late = await scan('a.mp4', mp4, { ffmpeg: endingAfter(12.5) });
      expect(late).toMatchObject({ outcome: 'matched', problem: { code: 'undecodable' } });
    },
  );

  it('of frames without an end ends in time', async () => {
    const endless = instead(`while :; do printf 'P6\\n1 1\\n255\\nabc'; sleep 0.01; done`);
    const result = await scan('a.mp4', mp4, { ffmpeg: endless, limits: { timeoutSeconds: 0.05 } });
    expect(endOf(result)).toBe('failed decode/time-out');
  });

  it.each(['P6\\n99999 99999\\n255\\n', 'P6\\n100000 1\\n255\\n', 'no picture at all '])(
    'whose ffmpeg writes %j is no clear file',
    async (words) => {
      const result = await scan('a.mp4', mp4, { ffmpeg: instead(`while :; do printf '${words}'; done`) });
      expect(endOf(result)).toBe('failed decode/undecodable');
    },
  );

  it('disguised as a video, a playlist opens nothing', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url!);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.ts`;
      const local = join(tempDir(), 'local.mp4');
      writeFileSync(local, mp4);
      const playlist = (target: string) =>
        `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${target}\n#EXT-X-ENDLIST\n`;
      const heads = [
        mp4.subarray(0, 32),
        Buffer.from('FLV\x01\x05\0\0\0\x09'),
        Buffer.from('RIFF\0\0\0\0AVI LIST', 'latin1'),
      ];
      for (const target of [address, local, pathToFileURL(local).href])
        for (const text of [playlist(target), `ffconcat version 1.0\nfile '${target}'\n`])
          for (const head of [Buffer.alloc(0), ...heads]) {
            const bytes = Buffer.concat([head, Buffer.from(text)]);
            const end = endOf(await scan('a.mp4', bytes));
            expect(end).toBe(head.length > 0 ? 'failed decode/undecodable' : 'skipped not-an-image');
          }
      // The same handed straight to the decoder, as if a playlist could be told to be a video.
      for (const mediaType of ['video/mp4', 'video/mp2t', 'video/mpeg', 'application/ogg'])
        for (const target of [address, local]) {
          const store = memoryStore(Buffer.from(playlist(target)));
          const { bitmaps } = await decodeVideo(
            { mediaType, store, program: programPath('ffmpeg') },
            defaultDecodeLimits,
          );
          await expect(drained(bitmaps)).rejects.toMatchObject({ code: 'undecodable' });
        }
      expect(asked).toEqual([]);
    } finally {
      server.close();
    }
  });
});

describe('the type of a video', () => {
  itWith(['ffmpeg'], 'of packets is told by its bytes', () => {
    expect(sniff(videoOf(known, 'a.ts'))).toBe('video/mp2t');
    expect(sniff(videoOf(known, 'a.m2ts'))).toBe('video/mp2t');
  });

  it('is told by its bytes', () => {
    expect(sniff(Buffer.from('\0\0\x10\0moov', 'latin1'))).toBe('video/quicktime');
    expect(sniff(Buffer.from('G'.repeat(2000)))).toBe('text/plain');
    expect(sniff(readFileSync(import.meta.filename))).toBe('text/plain');
  });
});
