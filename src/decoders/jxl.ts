import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isOutOfMemory, outOfMemoryCode, outOfMemoryMessage, StageError } from '../core/index.js';
import { pixelGate } from './gate.js';
import { readPng } from './handed-on.js';
import { packageFolder } from './optional.js';
import { type Clock, decodedStills, type Read, undecodable } from './stills.js';
import type { Decoded, PictureDecoder } from './types.js';

type Jxl = typeof import('jxl-oxide-wasm');

let loading: Promise<Jxl> | undefined;
let loads = 0;

/**
 * Loads jxl-oxide (WASM) with the first such file. After a crash it loads the module again, under another address,
 * because Node keeps the crashed one under the first. Raises Skip('decoder-missing').
 */
function load(): Promise<Jxl> {
  loading ??= (async () => {
    const folder = packageFolder('jxl-oxide-wasm', 'JPEG XL');
    const address = pathToFileURL(join(folder, 'jxl_oxide_wasm.js'));
    if (loads > 0) address.search = `${loads}`;
    loads += 1;
    const lib = (await import(address.href)) as Jxl;
    lib.initSync({ module: await readFile(join(folder, 'jxl_oxide_wasm_bg.wasm')) });
    return lib;
  })();
  return loading;
}

/**
 * The error to raise for a failure inside jxl-oxide. Its own errors are faults of the file. Where WebAssembly itself
 * raises one, the module has crashed: the next file loads it anew.
 */
function problem(error: unknown): StageError {
  if (error instanceof StageError) return error;
  if (error instanceof Error && error.name === 'RuntimeError') loading = undefined;
  if (isOutOfMemory(error)) return new StageError('decode', outOfMemoryCode, outOfMemoryMessage);
  return undecodable(`jxl-oxide: ${error instanceof Error ? error.message : String(error)}`, error);
}

/** Calls `work`, and raises its failure as `problem` names it. */
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw problem(error);
  }
}

/**
 * Decodes JPEG XL by jxl-oxide as WASM: every frame that viewers show, turned as the file says, in the colours that it
 * declares. Of a truncated file it decodes as much as there is. Nothing can interrupt the rendering of one frame, so
 * the decoder checks the time between frames. Raises as `PictureDecoder.decode`, and Skip('decoder-missing').
 */
export const jxlDecoder: PictureDecoder = {
  async decode(bytes, limits): Promise<Decoded> {
    const { JxlImage } = await load();
    const image = attempt(() => new JxlImage());
    const close = () => {
      try {
        image.free();
      } catch {
        // The module has crashed. Nothing calls it again.
      }
    };
    try {
      const { width = 0, height = 0 } = attempt(() => {
        image.feedBytes(bytes);
        image.tryInit();
        return image;
      });
      if (width < 1 || height < 1) throw undecodable('no JPEG XL, or it ends in its header');
      const render = async (index: number, clock: Clock): Promise<Read> => {
        const leave = await clock.aside(pixelGate.enter(width * height));
        let png: Uint8Array;
        try {
          png = attempt(() => image.render(index).encodeToPng());
        } finally {
          leave();
        }
        return readPng(png, limits, clock);
      };
      const stills = Array.from({ length: Math.max(1, image.numLoadedKeyframes) }, (_, index) => ({
        width,
        height,
        isHandedOn: true as const,
        read: (clock: Clock) => render(index, clock),
      }));
      return decodedStills(stills, limits, { isCut: !image.loaded, isAnimation: true, close });
    } catch (error) {
      close();
      throw error;
    }
  },
};
