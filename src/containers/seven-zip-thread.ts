import { parentPort, workerData } from 'node:worker_threads';
import sevenZip from '7z-wasm';
import {
  type FromSevenZip,
  mostUnderWay,
  places,
  type SevenZipTask,
  windowLength,
} from './seven-zip-messages.js';

// Runs 7-Zip, which is WebAssembly without disk and network, over one archive. It reads what the parent hands to it, and what it
// writes to its standard streams goes to the parent, never faster than that takes it.

const { args, size, memory, shared, window } = workerData as SevenZipTask;

/** The part of Emscripten's file system that is used. */
interface Stream {
  stream_ops: {
    read(stream: Stream, into: Int8Array, offset: number, length: number, position: number): number;
    write(stream: Stream, from: Int8Array, offset: number, length: number): number;
  };
}
interface SevenZip {
  readonly FS: {
    readonly streams: readonly Stream[];
    writeFile(path: string, bytes: Uint8Array): void;
    lookupPath(path: string): { readonly node: Stream & { usedBytes: number } };
  };
  callMain(args: readonly string[]): number;
}
interface Imports {
  readonly env: { emscripten_resize_heap(bytes: number): number | boolean };
}
/** The part of WebAssembly that is used; types of Node 20 lack it. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Imports,
  ): Promise<{ readonly instance: unknown; readonly module: unknown }>;
};

const say = (message: FromSevenZip, ...transfer: ArrayBuffer[]) => parentPort!.postMessage(message, transfer);

let heldFrom = 0;
let heldLength = 0;

/** Bytes of the archive from `position` on: as many as are at hand, none at its end. */
function bytesAt(position: number): Uint8Array {
  if (position >= size) return new Uint8Array();
  if (position < heldFrom || position >= heldFrom + heldLength) {
    heldFrom = Math.floor(position / windowLength) * windowLength;
    const answered = Atomics.load(shared, places.answered);
    say({ read: heldFrom });
    Atomics.wait(shared, places.answered, answered);
    heldLength = Atomics.load(shared, places.length);
  }
  return window.subarray(Math.max(0, position - heldFrom), heldLength);
}

let sent = 0;

function write(bytes: Uint8Array): void {
  for (;;) {
    const taken = Atomics.load(shared, places.taken);
    // Numbers of 32 bits begin again from below: so do these.
    if (((sent - taken) | 0) <= mostUnderWay) break;
    Atomics.wait(shared, places.taken, taken);
  }
  sent = (sent + bytes.length) | 0;
  say({ data: bytes }, bytes.buffer as ArrayBuffer);
}

let outOfMemory = false;

async function run(): Promise<number | undefined> {
  const factory = sevenZip as unknown as (options: object) => Promise<SevenZip>;
  const { readFileSync } = await import('node:fs');
  const { createRequire } = await import('node:module');
  const wasm = readFileSync(createRequire(import.meta.url).resolve('7z-wasm/7zz.wasm'));
  const { FS, callMain } = await factory({
    print: () => {},
    printErr: () => {},
    quit: () => {},
    instantiateWasm(imports: Imports, done: (instance: unknown, module: unknown) => void) {
      const { env } = imports;
      const grow = env.emscripten_resize_heap;
      env.emscripten_resize_heap = (bytes) => {
        const isTooMuch = bytes >>> 0 > memory;
        outOfMemory ||= isTooMuch;
        return isTooMuch ? 0 : grow(bytes);
      };
      WebAssembly.instantiate(wasm, imports).then(({ instance, module }) => done(instance, module));
      return {};
    },
  });
  FS.writeFile('/archive', new Uint8Array());
  const { node } = FS.lookupPath('/archive');
  node.usedBytes = size;
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream, into, offset, length, position) {
      const bytes = bytesAt(position).subarray(0, length);
      into.set(bytes, offset);
      return bytes.length;
    },
  };
  const [, out, error] = FS.streams;
  const decoder = new TextDecoder();
  const copied = (from: Int8Array, offset: number, length: number) =>
    new Uint8Array(from.buffer as ArrayBuffer, from.byteOffset + offset, length).slice();
  out!.stream_ops = {
    ...out!.stream_ops,
    write(_stream, from, offset, length) {
      write(copied(from, offset, length));
      return length;
    },
  };
  error!.stream_ops = {
    ...error!.stream_ops,
    write(_stream, from, offset, length) {
      say({ told: decoder.decode(copied(from, offset, length), { stream: true }) });
      return length;
    },
  };
  try {
    return callMain(args);
  } catch {
    // A trap of WebAssembly, or an exception of C++ that nobody caught.
    return undefined;
  }
}

const end = await run();
say({ end, outOfMemory });
