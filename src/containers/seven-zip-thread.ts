import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import sevenZip from '7z-wasm';
import {
  type FromSevenZip,
  mostUnderWay,
  places,
  type SevenZipTask,
  windowLength,
} from './seven-zip-messages.js';

// Runs 7-Zip over one archive after the other. 7-Zip is WebAssembly here, and reaches neither disk nor network. It
// reads the bytes that the parent hands over. What it writes goes to the parent, as fast as the parent takes it.

/** The part of Emscripten's file system that this file uses. */
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
/** The part of WebAssembly that this file uses; the types of Node 20 lack it. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Imports): Promise<object>;
};

const say = (message: FromSevenZip, ...transfer: ArrayBuffer[]) => parentPort!.postMessage(message, transfer);

const wasm = WebAssembly.compile(readFileSync(createRequire(import.meta.url).resolve('7z-wasm/7zz.wasm')));
const factory = sevenZip as unknown as (options: object) => Promise<SevenZip>;

/** Makes a reader of the archive. It gives the bytes from a place on that the window holds, and none at the end. */
function readerOf({ size, shared, window }: SevenZipTask): (position: number) => Uint8Array {
  let from = 0;
  let length = 0;
  return (position) => {
    if (position >= size) return new Uint8Array();
    if (position < from || position >= from + length) {
      from = Math.floor(position / windowLength) * windowLength;
      const answered = Atomics.load(shared, places.answered);
      say({ read: from });
      Atomics.wait(shared, places.answered, answered);
      length = Atomics.load(shared, places.length);
    }
    return window.subarray(Math.max(0, position - from), length);
  };
}

/** Makes a sender of bytes. It waits while the parent has taken too few of those before. */
function senderOf({ shared }: SevenZipTask): (bytes: Uint8Array) => void {
  let sent = 0;
  return (bytes) => {
    for (;;) {
      const taken = Atomics.load(shared, places.taken);
      // Both counters wrap at 32 bits; `| 0` makes their difference wrap too.
      if (((sent - taken) | 0) <= mostUnderWay) break;
      Atomics.wait(shared, places.taken, taken);
    }
    sent = (sent + bytes.length) | 0;
    say({ data: bytes }, bytes.buffer as ArrayBuffer);
  };
}

/** Loads 7-Zip with a limit of its memory in bytes. `onGrow` gets each size of the memory for which it asks. */
function load(memory: number, onGrow: (bytes: number) => void): Promise<SevenZip> {
  return factory({
    print: () => {},
    printErr: () => {},
    quit: () => {},
    instantiateWasm(imports: Imports, done: (instance: object, module: object) => void) {
      const { env } = imports;
      const grow = env.emscripten_resize_heap;
      env.emscripten_resize_heap = (bytes) => {
        onGrow(bytes >>> 0);
        return bytes >>> 0 <= memory ? grow(bytes) : 0;
      };
      wasm.then(async (module) => done(await WebAssembly.instantiate(module, imports), module));
      return {};
    },
  });
}

const copied = (from: Int8Array, offset: number, length: number) =>
  new Uint8Array(from.buffer as ArrayBuffer, from.byteOffset + offset, length).slice();

async function run(task: SevenZipTask): Promise<void> {
  let asked = 0;
  const { FS, callMain } = await load(task.memory, (bytes) => {
    asked = Math.max(asked, bytes);
  });
  const bytesAt = readerOf(task);
  FS.writeFile('/archive', new Uint8Array());
  const { node } = FS.lookupPath('/archive');
  node.usedBytes = task.size;
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream, into, offset, length, position) {
      const bytes = bytesAt(position).subarray(0, length);
      into.set(bytes, offset);
      return bytes.length;
    },
  };
  const writeTo = (stream: Stream, take: (bytes: Uint8Array) => void) => {
    stream.stream_ops = {
      ...stream.stream_ops,
      write(_stream, from, offset, length) {
        take(copied(from, offset, length));
        return length;
      },
    };
  };
  const [, out, error] = FS.streams;
  const decoder = new TextDecoder();
  writeTo(out!, senderOf(task));
  writeTo(error!, (bytes) => say({ told: decoder.decode(bytes, { stream: true }) }));
  let end: number | undefined;
  try {
    end = callMain(task.args);
  } catch {
    // A trap of WebAssembly, or an exception of C++ that nobody caught.
  }
  say({ end, asked });
}

parentPort!.on('message', run);
