// A decoding process whose decoder fails as the name of the file says: `segv.jpg`, `loop.jpg`, … Only tests run it.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StageError } from '../../dist/core/errors.js';
import { fingerprintLine } from '../../dist/core/scan.js';
import { serve } from '../../dist/runners/serve.js';
import { wirePorts } from '../../dist/scanner/scanner.js';

const end = (signal) => {
  process.kill(process.pid, signal);
  return sleep(60_000);
};

const faults = {
  segv: () => end('SIGSEGV'),
  kill: () => end('SIGKILL'),
  stop: () => end('SIGSTOP'),
  // Only the first time.
  async pause(path) {
    if (existsSync(`${path}.seen`)) return;
    writeFileSync(`${path}.seen`, '');
    await end('SIGSTOP');
  },
  abort: () => process.abort(),
  exit: () => process.reallyExit(7),
  loop: () => {
    for (;;);
  },
  async memory() {
    for (const kept = []; ; await sleep(1)) kept.push(Buffer.alloc(20e6, 1));
  },
  // Only the first time; the test's scratch directory remembers.
  async once(path) {
    if (existsSync(`${path}.seen`)) return;
    writeFileSync(`${path}.seen`, '');
    await end('SIGSEGV');
  },
  // Takes more than half of the room that all processes share, and notes when it came and went.
  async room(path, room) {
    const leave = await room.enter(60e6);
    const log = join(dirname(path), 'room.log');
    appendFileSync(log, 'in\n');
    await sleep(30);
    appendFileSync(log, 'out\n');
    if (path.includes('room-killed')) await end('SIGKILL');
    leave();
  },
  late: () => {
    throw new StageError('decode', 'time-out', `process ${process.pid}`);
  },
  who: () => {
    throw new StageError('decode', 'undecodable', `process ${process.pid}`);
  },
  dump: () => {
    throw new StageError('decode', 'undecodable', readFileSync('/proc/self/coredump_filter', 'utf8'));
  },
};

/** Notes when nothing more is done for a file. */
async function* noted(answers, path) {
  try {
    yield* answers;
  } finally {
    appendFileSync(`${path}.ends`, '.');
  }
}

serve((setup, room) => {
  const ports = wirePorts(setup, room);
  return ({ ref, asset, known, again }) => {
    const path = new URL(ref.uri).pathname;
    const answers = fingerprintLine(
      ref,
      {
        ...ports,
        ...(asset ? { fetch: async () => asset } : {}),
        digest(asset) {
          if (path.endsWith('/defect.jpg')) throw new TypeError('a defect of ours');
          return ports.digest(asset);
        },
        async decode(asset, mediaType) {
          const fault = faults[basename(asset.ref.member ?? path).split(/[-.]/)[0]];
          if (fault) appendFileSync(`${path}.tries`, '.');
          await fault?.(path, room);
          return ports.decode(asset, mediaType);
        },
      },
      undefined,
      known,
      again,
    );
    return basename(path).startsWith('noted') ? noted(answers, path) : answers;
  };
});
