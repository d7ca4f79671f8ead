import { type ChildProcess, execFile, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { Skip, StageError } from '../core/index.js';
import { type Picture, picturesOf } from './ppm.js';

/** The most pixels of a frame that ffmpeg hands over: Full HD. It scales larger frames down. */
const framePixels = 1920 * 1088;

/** Seconds of the first intervals: ffmpeg chooses a frame in each, and `chosen` doubles them later. */
const interval = 0.5;

/**
 * After so many frames since the last chosen one ffmpeg chooses the next, whatever its time. False times in a file must
 * not hide anything.
 */
const mostPassed = 30;

/**
 * A new scene begins with a frame whose scene score is above this. The score is ffmpeg's (filter `select`): a hundredth
 * of the mean difference, in levels, from the frame before.
 */
const newScene = 0.1;
/**
 * How far behind the last chosen frame a frame must be that ffmpeg chooses for a new scene: a share of the interval, or
 * of `mostPassed`. It is small enough for scenes of 0.2 seconds.
 */
const nearest = 0.25;

/**
 * The expression for ffmpeg's filter `select`. It chooses the first frame of each interval, one frame of each scene,
 * and one after `mostPassed` frames. The interval and `mostPassed` double when `dense` frames are chosen, again when
 * three times `dense` are, when seven times `dense` are, and so on: only the count decides, not the times or the length
 * that a file claims.
 * Registers: 1 holds the factor of the interval, 2 whether a new scene waits for its frame, 3 whether this frame is
 * chosen.
 */
const chosen = (dense: number): string => {
  const long = `${interval}*ld(1)`;
  return [
    `0*st(1,pow(2,floor(log(selected_n/${dense}+1)/log(2))))`,
    `0*st(2,max(ld(2),gt(scene,${newScene})))`,
    `st(3,${[
      'eq(n,0)',
      `gt(floor(t/(${long})),floor(prev_t/(${long})))`,
      `ld(2)*gte(t-prev_selected_t,${nearest}*${long})`,
      `ld(2)*gte(n-prev_selected_n,${nearest * mostPassed}*ld(1))`,
      `gte(n-prev_selected_n,${mostPassed}*ld(1))`,
    ].join('+')})`,
    '0*st(2,ld(2)*not(ld(3)))',
  ].join('+');
};

/** The expression for a side of the picture, scaled down where the picture has more than `framePixels`. */
const bounded = (side: string) => `'ceil(${side}*min(1,sqrt(${framePixels}/(iw*ih))))'`;
/** Chooses frames, prints the time of each to descriptor 4, and scales them. */
const filters = (dense: number) =>
  `select='${chosen(dense)}',metadata=mode=print:file='pipe\\:4',` +
  `scale=w=${bounded('iw')}:h=${bounded('ih')}:flags=bicubic+accurate_rnd+full_chroma_int`;

/** The most bytes that ffmpeg may allocate at once. */
const maxAllocation = 1_000_000_000;
/** A higher exit code says that a signal ended ffmpeg. With 255 ffmpeg itself ends after it has caught one. */
const highestCode = 128;
/** The run keeps so many characters of ffmpeg's messages, the last ones. */
const mostWords = 4000;

/** What `startFfmpeg` is to run, on what, and within which limits. */
export interface FfmpegOptions {
  /** Absolute path of the program. */
  readonly program: string;
  /** The name of the demuxer. ffmpeg must not guess one, because it could read the file as a playlist. */
  readonly demuxer: string;
  /** The zero-based number of the picture track. With `sound`, ffmpeg only checks whether there is a sound track. */
  readonly track: number | 'sound';
  /** The descriptor of an open file, or bytes that go to ffmpeg through a pipe. */
  readonly input: number | AsyncIterable<Uint8Array>;
  /** The most pixels of a frame in the file. */
  readonly maxPixels: number;
  /** ffmpeg chooses so many frames of a track before it doubles the interval for the first time. */
  readonly dense: number;
  /** The most seconds of CPU time. */
  readonly seconds: number;
}

/** A running ffmpeg. */
export interface FfmpegRun {
  /** The chosen pictures in their order. Iteration raises as `picturesOf`. */
  readonly pictures: AsyncIterable<Picture>;
  /** Kills the process and everything that it started. */
  stop(): void;
  /**
   * The outcome, once the process has ended. Rejects with StageError('decode', 'undecodable') where the process does
   * not start.
   */
  readonly ended: Promise<{
    /** The time of each picture in seconds. There are fewer times than pictures where ffmpeg printed no more. */
    readonly times: readonly number[];
    /** True where the file has no such track. */
    readonly isNoTrack: boolean;
    /** True where the process ended without an error and without a message. */
    readonly isWhole: boolean;
    /** True where a crash, the limit of CPU time or a signal from outside ended the process. False after `stop`. */
    readonly isCutOff: boolean;
    /** ffmpeg's last messages. The caller must neutralise them for a terminal. */
    readonly words: string;
  }>;
}

const versions = new Map<string, Promise<string>>();

/** The version of the program. Raises Skip('decoder-missing') where the program does not run. */
async function versionOf(program: string): Promise<string> {
  const known = versions.get(program);
  if (known) return known;
  const asked = promisify(execFile)(program, ['-hide_banner', '-version'], { timeout: 10_000, env: {} }).then(
    ({ stdout }) => /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? '',
    () => {
      versions.delete(program);
      throw new Skip('decoder-missing', 'videos are read by ffmpeg, which does not run: hashsieve doctor');
    },
  );
  versions.set(program, asked);
  return asked;
}

/** The options with which ffmpeg passes each chosen frame on once. Version 5.1 renamed them. */
async function passthrough(program: string): Promise<readonly string[]> {
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(await versionOf(program)) ?? [];
  const isOld = major !== undefined && (Number(major) < 5 || (major === '5' && minor === '0'));
  return isOld ? ['-vsync', 'passthrough'] : ['-fps_mode', 'passthrough'];
}

/** The command line of ffmpeg. Raises Skip('decoder-missing') where the program does not run. */
async function argumentsOf({ program, demuxer, track, input, maxPixels, dense, seconds }: FfmpegOptions) {
  const general = ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'error'];
  const limits = ['-max_alloc', `${maxAllocation}`, '-timelimit', `${Math.ceil(seconds)}`];
  const decoder = ['-threads', '1', '-max_pixels', `${maxPixels}`];
  const [protocol, address] = typeof input === 'number' ? ['file', '/dev/fd/3'] : ['pipe', 'pipe:0'];
  const source = ['-protocol_whitelist', protocol, '-f', demuxer, '-i', address];
  if (track === 'sound')
    return [
      ...general,
      ...limits,
      ...source,
      '-map',
      '0:a:0',
      '-c',
      'copy',
      '-t',
      '0',
      '-f',
      'null',
      'pipe:1',
    ];
  const picked = ['-map', `0:v:${track}`, '-an', '-sn', '-dn', '-vf', filters(dense)];
  const target = ['-c:v', 'ppm', '-pix_fmt', 'rgb24', '-f', 'image2pipe', 'pipe:1'];
  const pace = await passthrough(program);
  return [
    ...general,
    ...limits,
    '-filter_threads',
    '1',
    ...decoder,
    ...source,
    ...picked,
    ...pace,
    ...target,
  ];
}

/**
 * Runs ffmpeg over one track, in a process group of its own. ffmpeg writes the pixels to a pipe. It gets no file but
 * the descriptor, no network and no environment. Raises Skip('decoder-missing') where the program does not run.
 */
export async function startFfmpeg(options: FfmpegOptions): Promise<FfmpegRun> {
  const { program, input } = options;
  const isFile = typeof input === 'number';
  const child = spawn(program, await argumentsOf(options), {
    stdio: [isFile ? 'ignore' : 'pipe', 'pipe', 'pipe', isFile ? input : 'ignore', 'pipe'],
    env: {},
    cwd: '/',
    detached: true,
  });
  if (!isFile) void feed(child.stdin!, input);
  let words = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-mostWords);
  });
  const times: number[] = [];
  let line = '';
  (child.stdio[4] as Readable).setEncoding('latin1').on('data', (text: string) => {
    const lines = (line + text).split('\n');
    line = lines.pop()!.slice(-200);
    for (const one of lines) {
      const time = /^frame:\d+\s+pts:\S+\s+pts_time:(\S+)/.exec(one)?.[1];
      if (time !== undefined) times.push(Number.isFinite(Number(time)) ? Number(time) : (times.at(-1) ?? 0));
    }
  });
  let isStopped = false;
  const closed = new Promise<{ code: number | null }>((resolve, reject) => {
    child.once('error', (error) =>
      reject(new StageError('decode', 'undecodable', `ffmpeg does not start: ${error.message}`)),
    );
    child.once('close', (code) => resolve({ code }));
  });
  closed.catch(() => {});
  return {
    pictures: picturesOf(child.stdout!, 2 * framePixels),
    stop: () => {
      isStopped = true;
      killGroup(child);
    },
    ended: closed.then(({ code }) => ({
      times,
      isNoTrack: code !== 0 && /^Stream map '.*' matches no streams/m.test(words),
      isWhole: code === 0 && words === '',
      isCutOff: !isStopped && (code === null || code > highestCode),
      words,
    })),
  };
}

/** Writes the bytes as long as ffmpeg reads them. ffmpeg may stop early: that is no error. */
async function feed(stdin: Writable, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  stdin.on('error', () => {});
  try {
    for await (const chunk of bytes) {
      if (stdin.destroyed) return;
      if (!stdin.write(chunk))
        await new Promise<void>((resolve) => {
          stdin.once('drain', resolve);
          stdin.once('close', resolve);
        });
    }
  } catch {
    // The store raises the reason when its user closes it.
  } finally {
    stdin.end();
  }
}

/** Kills the process group, or on Windows the process. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // The process has ended.
  }
}
