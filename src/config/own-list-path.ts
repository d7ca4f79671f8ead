import { resolve } from 'node:path';
import { defaultListPath } from '../files/index.js';
import { environmentName } from './option-spec.js';

/** Name of the operator's own list: `--list own`, `list info own`. */
export const ownListName = 'own';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Absolute path of the operator's own list: the one that the option `ownList` names, or else the platform's place.
 * Undefined where there is neither, because the environment names no home.
 */
export const ownListPath = (named: string | undefined, environment: Environment): string | undefined =>
  named === undefined ? defaultListPath(ownListName, process.platform, environment) : resolve(named);

/** The same for a command that has no such option: as the environment and the configuration say. */
export function configuredOwnList(set: unknown, environment: Environment): string | undefined {
  const named = environment[environmentName('ownList')] || set;
  return ownListPath(typeof named === 'string' ? named : undefined, environment);
}
