import { kinds } from './option-kinds.js';
import { environmentName, type OptionSpec, type OptionTable } from './option-spec.js';

/** A name of an option in the configuration file and, in capitals, in the environment. */
export interface SettingName {
  readonly name: string;
  /** True for `noLedger`, which is the opposite of the option. */
  readonly negates: boolean;
}

/**
 * The names of an option: its own name, and that of its flag in camel case (`maxBytes`, `noLedger`) unless another
 * option has that name.
 */
export function settingNames(own: string, { flags, kind }: OptionSpec, options: OptionTable): SettingName[] {
  const written = /--([a-z0-9-]+)/
    .exec(flags)![1]!
    .replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const names = [{ name: own, negates: false }];
  if (written === own || Object.hasOwn(options, written)) return names;
  return [{ name: written, negates: kind === 'flag' && flags.includes('--no-') }, ...names];
}

/** True for an option that the environment and the configuration file may set. */
export const isSettable = ({ flagOnly }: Pick<OptionSpec, 'flagOnly'>): boolean => flagOnly !== true;

/** The option's value, given that of one of its names. */
export const settingOf = ({ negates }: SettingName, value: unknown): unknown => (negates ? !value : value);

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads an option from the environment; undefined where it is not set. Raises UsageError naming the variable. */
export function fromEnvironment(
  own: string,
  options: OptionTable,
  environment: Environment,
): { readonly value: unknown } | undefined {
  const spec = options[own]!;
  if (spec.flagOnly) return undefined;
  for (const setting of settingNames(own, spec, options)) {
    const variable = environmentName(setting.name);
    const text = environment[variable];
    if (text !== undefined && text !== '')
      return { value: settingOf(setting, kinds[spec.kind](text, variable)) };
  }
  return undefined;
}

/**
 * Variables that are no options: the configuration's path, and credentials of lists, of matching services and of NCMEC (place.ts,
 * exchange-credentials.ts, secret.ts, cybertip-client.ts).
 */
const noOption = /^HASHSIEVE_(CONFIG|LIST_.+|MATCHER_.+|NCMEC_(USER|PASSWORD))$/;

/**
 * Warnings for variables that look like settings and are none.
 * @param known options of the commands that are loaded. @param all every option of every command.
 */
export async function strayVariables(
  environment: Environment,
  known: OptionTable,
  all: () => Promise<OptionTable>,
): Promise<string[]> {
  const stray = (options: OptionTable) => {
    const variables = new Set(
      Object.entries(options).flatMap(([own, spec]) =>
        spec.flagOnly ? [] : settingNames(own, spec, options).map(({ name }) => environmentName(name)),
      ),
    );
    return Object.keys(environment).filter(
      (name) => name.startsWith('HASHSIEVE_') && !variables.has(name) && !noOption.test(name),
    );
  };
  if (stray(known).length === 0) return [];
  const options = await all();
  return stray(options).map((variable) => {
    const only = Object.entries(options).find(
      ([own, spec]) =>
        spec.flagOnly &&
        settingNames(own, spec, options).some(({ name }) => environmentName(name) === variable),
    );
    return only
      ? `warning: ${variable} does nothing: ${only[1].flags} is for the command line only`
      : `warning: ${variable} does nothing: no option has this name`;
  });
}
