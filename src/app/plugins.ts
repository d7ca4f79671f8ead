import { type Config, pluginSources } from '../config/index.js';
import { algorithmBits, loadAlgorithm, type OwnAlgorithm, parsersOf } from '../fingerprints/index.js';
import type { LoadOptions } from '../lists/index.js';
import type { Around } from './surroundings.js';

/** The algorithms that the configuration's plug-ins bring, and how lists of them are read. */
export interface Plugins {
  readonly algorithms: readonly OwnAlgorithm[];
  readonly reading: Pick<LoadOptions, 'algorithms' | 'parsers'>;
}

const none: Plugins = { algorithms: [], reading: { algorithms: algorithmBits } };
const loaded = new WeakMap<Config, Promise<Plugins>>();

/** Loads them once. Raises UsageError as `pluginSources` and `loadAlgorithm` do. */
export function pluginsOf({
  config,
  environment,
}: Partial<Pick<Around, 'config' | 'environment'>>): Promise<Plugins> {
  if (config?.blocks.plugins === undefined) return Promise.resolve(none);
  let plugins = loaded.get(config);
  if (!plugins) {
    plugins = load(config, environment?.PATH);
    loaded.set(config, plugins);
  }
  return plugins;
}

async function load(config: Config, searchPath?: string): Promise<Plugins> {
  const sources = await pluginSources(config);
  const algorithms = await Promise.all(
    sources.map((source) => loadAlgorithm('module' in source ? source : { ...source, searchPath })),
  );
  const bits = Object.fromEntries(algorithms.map(({ name, bits }) => [name, bits]));
  return {
    algorithms,
    reading: { algorithms: { ...algorithmBits, ...bits }, parsers: parsersOf(algorithms) },
  };
}
