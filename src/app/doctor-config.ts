import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  type Config,
  notifyConfig,
  pluginSources,
  readListCredentials,
  syncedLists,
} from '../config/index.js';
import { didYouMean, printable, UsageError } from '../core/index.js';
import { exchangeTypes } from '../exchanges/index.js';
import { reasonOf } from '../files/index.js';
import { configSchema } from '../manual/index.js';
import { allOptions } from '../options/index.js';
import { readOperator } from '../reports/context/index.js';
import type { Check } from './doctor-check.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Checks the whole configuration against its schema, and every block as the command does that needs it, so that nothing
 * is found wrong on the day of a match. Asks no service and sends nothing.
 */
export async function examineConfig(config: Config, environment: Environment): Promise<Check[]> {
  if (config.path === undefined) return [];
  const { blocks } = config;
  const checks: Promise<Check>[] = [schemaCheck(config.path)];
  if (blocks.operator !== undefined)
    checks.push(
      block('operator', 'report draft ends with code 2 on the day of a match', async () => {
        await readOperator(blocks.operator, printable(config.path!));
        return 'filled in';
      }),
    );
  if (blocks.notify !== undefined)
    checks.push(
      block('notify', 'nobody is told of a match', async () => {
        const { targets } = notifyConfig(config)!;
        for (const target of targets)
          for (const [key, file] of Object.entries(target))
            if (key.endsWith('File') && typeof file === 'string')
              requireFile(file, `notify.targets.${target.name}.${key}`);
        return `${targets.length} ${targets.length === 1 ? 'target' : 'targets'}; hashsieve notify --test tells them all`;
      }),
    );
  if (blocks.exchanges !== undefined)
    checks.push(
      block('exchanges', 'list sync ends with code 2', async () => {
        const lists = [...syncedLists(config, environment).values()];
        for (const list of lists) await readListCredentials(list, exchangeTypes[list.type], environment);
        return `${lists.length} ${lists.length === 1 ? 'list' : 'lists'}`;
      }),
    );
  if (blocks.plugins !== undefined)
    checks.push(
      block('plugins', 'runs that need them end with code 2', async () => {
        const sources = await pluginSources(config);
        for (const source of sources)
          requireFile('module' in source ? source.module : source.program[0]!, `plugins.${source.name}`);
        return `${sources.length} ${sources.length === 1 ? 'plug-in' : 'plug-ins'}`;
      }),
    );
  return Promise.all(checks);
}

async function block(name: string, advice: string, read: () => Promise<string>): Promise<Check> {
  try {
    return { name: `block ${name}`, state: 'ok', detail: await read() };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { name: `block ${name}`, state: 'broken', detail: error.message, advice };
  }
}

function requireFile(path: string, key: string): void {
  try {
    if (!statSync(path).isFile()) throw new UsageError(`${key}: ${printable(path)} is no file`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${key}: ${printable(path)} cannot be read: ${reasonOf(error)}`);
  }
}

interface Complaint {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly parentSchema?: { readonly properties?: object };
}

/** Everything in the file that its schema does not allow, in one check. Values that are still to be filled in are told by their block. */
async function schemaCheck(path: string): Promise<Check> {
  const name = 'schema';
  const { Ajv } = await import('ajv');
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  const validate = ajv.compile(configSchema(await allOptions()));
  const content = JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, '')) as unknown;
  if (validate(content)) return { name, state: 'ok', detail: 'every key is known, every value of its kind' };
  const complaints = (validate.errors ?? []) as readonly Complaint[];
  // What an `if`, an `anyOf` or a `oneOf` adds repeats what its parts say.
  const told = complaints.filter(({ keyword }) => !['if', 'anyOf', 'oneOf'].includes(keyword)).map(inWords);
  return {
    name,
    state: 'broken',
    path,
    detail: [...new Set(told)].slice(0, 20).join('; '),
    advice: 'commands that read these keys end with code 2, or do not do what is meant',
  };
}

function inWords({ instancePath, message = 'is wrong', params, parentSchema }: Complaint): string {
  const at = instancePath === '' ? 'top level' : instancePath.slice(1).replaceAll('/', '.');
  const { additionalProperty, allowedValues } = params;
  if (typeof additionalProperty !== 'string')
    return printable(
      `${at} ${message}${allowedValues ? ` (${(allowedValues as string[]).join(', ')})` : ''}`,
    );
  const known = Object.keys(parentSchema?.properties ?? {});
  return printable(`${at}: "${additionalProperty}" is unknown${didYouMean(additionalProperty, known)}`);
}
