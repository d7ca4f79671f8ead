import { reasonOf } from '../config/index.js';
import { printable } from '../core/index.js';
import { knownAlgorithms } from '../fingerprints/index.js';
import type { Check } from './doctor-check.js';
import { pluginsOf } from './plugins.js';
import type { Around } from './surroundings.js';

/** A picture of our own with enough detail for any algorithm: 64 × 64 grey pixels. */
function drawn() {
  const side = 64;
  const data = Uint8Array.from(
    { length: side * side },
    (_, at) => 128 + 60 * Math.sin(at / 7) + 60 * Math.sin((at >> 6) / 5),
  );
  return { width: side, height: side, channels: 1 as const, data };
}

/** Loads the plug-ins of the configuration and asks each for the hash of a drawn picture. */
export async function examinePlugins(around: Pick<Around, 'config' | 'environment'>): Promise<Check> {
  const name = 'plug-ins';
  const advice = 'no run that needs it is complete (docs/plugins.md)';
  try {
    const { algorithms } = await pluginsOf(around);
    const known = knownAlgorithms([], { plugins: algorithms });
    const told = algorithms.map((one) => {
      const algorithm = known.get(one.name);
      if (algorithm.kind === 'pixels') algorithm.raw(drawn());
      return `${one.name} (${one.recipe}, ${one.bits} bits, ${one.metric}, threshold ${one.threshold})`;
    });
    return { name, state: 'ok', detail: told.map(printable).join('; ') };
  } catch (error) {
    // Whatever code of others throws is a state of the plug-in.
    return { name, state: 'broken', detail: reasonOf(error), advice };
  }
}
