import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { version } from '../files/index.js';
import type { Scanner } from '../scanner/index.js';

/** The options that do not change the results of a run. */
const indifferent: readonly string[] = [
  'output',
  'format',
  'summary',
  'theme',
  'all',
  'fail',
  'allowEmpty',
  'stdinName',
  'jobs',
  'workers',
  'quiet',
  'verbose',
  'progress',
  'config',
  'printConfig',
  'ledger',
  'decisionKey',
  'useLedger',
  'ownList',
  'useOwnList',
  'requireList',
  'resume',
  'fresh',
  'wait',
  'cache',
  'verifyCache',
  'retryQuarantined',
  'since',
  'budget',
  'lock',
  'heartbeat',
  'metrics',
  'name',
  'logFormat',
  'rate',
  'perHost',
  'contact',
];

/**
 * A key for everything that determines the results of a run: its targets, its settings, the content of its lists, and
 * the matching services that it asks.
 */
export function planKey(
  scanner: Scanner,
  values: object,
  targets: readonly string[],
  services: readonly string[] = [],
): string {
  const settings = Object.entries(values)
    .filter(([name, value]) => value !== undefined && !indifferent.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const plan = {
    version,
    directory: resolve('.'),
    targets,
    settings,
    ...(services.length > 0 ? { services } : {}),
    lists: scanner.lists,
    allowed: scanner.allowed,
    thresholds: scanner.thresholds,
    thresholdsByLook: scanner.thresholdsByLook,
    recipes: scanner.recipes,
    look: scanner.look,
  };
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}
