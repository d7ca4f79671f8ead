import { type Config, pluginSources } from '../config/index.js';
import { algorithmBits, loadAlgorithm, type OwnAlgorithm, parsersOf } from '../fingerprints/index.js';
import type { LoadOptions } from '../lists/index.js';

/** The algorithms that the configuration's plug-ins bring, and how lists of them are read. */
export interface Plugins {
  readonly algorithms: readonly OwnAlgorithm[];
  readonly reading: Pick<LoadOptions, 'algorithms' | 'parsers'>;
}

const none: Plugins = { algorithms: [], reading: { algorithms: algorithmBits } };
const loaded = new WeakMap<Config, Promise<Plugins>>();

/** Loads them once. Raises UsageError as `pluginSources` and `loadAlgorithm` do. */
export function pluginsOf({ config }: { readonly config?: Config | undefined }): Promise<Plugins> {
  if (config?.blocks.plugins === undefined) return Promise.resolve(none);
  let plugins = loaded.get(config);
  if (!plugins) {
    plugins = load(config);
    loaded.set(config, plugins);
  }
  return plugins;
}

async function load(config: Config): Promise<Plugins> {
  const algorithms = await Promise.all((await pluginSources(config)).map(loadAlgorithm));
  const bits = Object.fromEntries(algorithms.map(({ name, bits }) => [name, bits]));
  return {
    algorithms,
    reading: { algorithms: { ...algorithmBits, ...bits }, parsers: parsersOf(algorithms) },
  };
}
