import { dirname, resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { reasonOf } from '../files/index.js';
import type { Config } from './config.js';
import { isRecord } from './option-kinds.js';
import { requireTrusted } from './place.js';

/** An entry of the block `plugins`: where an algorithm comes from. Paths are absolute. */
export type PluginSource =
  | { readonly name: string; readonly module: string }
  | {
      readonly name: string;
      readonly program: readonly string[];
      readonly bits: number;
      readonly metric: 'hamming' | 'l1' | 'l2-squared';
      readonly threshold: number;
      readonly recipe: string;
    };

const metrics = ['hamming', 'l1', 'l2-squared'] as const;
const keys = { module: ['module'], program: ['program', 'bits', 'metric', 'threshold', 'recipe'] };

/**
 * Reads the block `plugins` of the configuration (docs/plugins.md). Relative paths start from the configuration. A
 * plug-in runs as this user, so this raises UsageError where somebody else could have written its file, as it does for
 * a wrong key.
 */
export async function pluginSources(config: Config): Promise<readonly PluginSource[]> {
  const block = config.blocks.plugins;
  if (block === undefined) return [];
  const at = `configuration ${config.path ?? ''}, key "plugins`;
  if (!isRecord(block))
    throw new UsageError(`${at}": expected an object with a plug-in by the name of its algorithm`);
  const sources: PluginSource[] = [];
  for (const [name, value] of Object.entries(block)) {
    const source = sourceOf(
      name,
      value,
      `${at}.${printable(name)}`,
      dirname(config.path ?? resolve('.', 'none')),
    );
    const path = 'module' in source ? source.module : source.program[0]!;
    await requireTrusted(path).catch((error: unknown) => {
      const why = error instanceof UsageError ? error.message : reasonOf(error);
      throw new UsageError(`${at}.${printable(name)}": the plug-in is not run: ${why}`);
    });
    sources.push(source);
  }
  return sources;
}

function sourceOf(name: string, value: unknown, where: string, directory: string): PluginSource {
  if (!isRecord(value)) throw new UsageError(`${where}": expected an object`);
  const kind = value.module === undefined ? 'program' : 'module';
  const unknown = Object.keys(value).find((key) => !keys[kind].includes(key));
  if (unknown !== undefined)
    throw new UsageError(
      `${where}.${printable(unknown)}" is unknown; known are module, or ${keys.program.join(', ')}`,
    );
  if (kind === 'module') {
    if (typeof value.module !== 'string' || value.module === '')
      throw new UsageError(`${where}.module": expected the path of a module`);
    return { name, module: resolve(directory, value.module) };
  }
  const { program, bits, metric = 'hamming', threshold, recipe } = value;
  if (!Array.isArray(program) || program.length === 0 || !program.every((one) => typeof one === 'string'))
    throw new UsageError(
      `${where}.program": expected a list of texts, the path of the program and its arguments`,
    );
  const known = metrics.find((one) => one === metric);
  if (known === undefined) throw new UsageError(`${where}.metric": choose one of ${metrics.join(', ')}`);
  if (typeof bits !== 'number' || typeof threshold !== 'number')
    throw new UsageError(`${where}": "bits" and "threshold" must be numbers`);
  if (typeof recipe !== 'string')
    throw new UsageError(`${where}.recipe": expected a text that names the algorithm and its version`);
  const [path, ...args] = program as string[];
  return { name, program: [resolve(directory, path!), ...args], bits, metric: known, threshold, recipe };
}
