import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from './cli.js';
import { programPath } from './programs.js';

/** Runs ffmpeg, which the test must have asked for (`programs.ts`), and returns the file that it wrote. */
export function ffmpeg(name: string, args: readonly string[]): Buffer {
  const path = join(tempDir(), name);
  execFileSync(programPath('ffmpeg'), ['-nostdin', '-loglevel', 'error', ...args, path]);
  return readFileSync(path);
}

/** Codecs that a container takes. */
const codecs: Readonly<Record<string, readonly string[]>> = {
  webm: ['-c:v', 'libvpx', '-b:v', '4M', '-deadline', 'realtime', '-cpu-used', '8'],
  ogv: ['-c:v', 'libtheora', '-q:v', '8'],
  flv: ['-c:v', 'flv1', '-q:v', '2'],
  wmv: ['-c:v', 'wmv2', '-q:v', '2'],
  mpg: ['-c:v', 'mpeg2video', '-q:v', '2', '-r', '25'],
  m2v: ['-c:v', 'mpeg2video', '-q:v', '2', '-r', '25'],
  avi: ['-c:v', 'mpeg4', '-q:v', '2'],
};

/** A video of 10 frames a second: three seconds of a test picture, then the given picture for two, then black for two. */
export function videoOf(picture: Uint8Array, name: string, more: readonly string[] = []): Buffer {
  const still = join(tempDir(), 'still.png');
  writeFileSync(still, picture);
  const size = '720x480';
  const inputs = [
    ...['-f', 'lavfi', '-t', '3', '-i', `testsrc=s=${size}:r=10`],
    ...['-loop', '1', '-framerate', '10', '-t', '2', '-i', still],
    ...['-f', 'lavfi', '-t', '2', '-i', `color=black:s=${size}:r=10`],
  ];
  const joined =
    '[0]format=yuv420p,setsar=1[a];[1]scale=720:480,format=yuv420p,setsar=1[b];[2]format=yuv420p,setsar=1[c];[a][b][c]concat=n=3[v]';
  const codec = codecs[name.split('.').at(-1)!] ?? ['-c:v', 'libx264', '-crf', '18'];
  return ffmpeg(name, [...inputs, '-filter_complex', joined, '-map', '[v]', ...codec, ...more]);
}
