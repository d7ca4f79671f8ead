import { kinds } from './option-kinds.js';
import { environmentName, type OptionSpec, type OptionTable } from './option-spec.js';

/** A name under which an option can stand in the configuration file and, in capitals, in the environment. */
export interface SettingName {
  readonly name: string;
  /** True for `noLedger`: it says the opposite of the option. */
  readonly negates: boolean;
}

/**
 * Names of an option: as the command line writes it, in camel case (`maxBytes`, `noLedger`), unless that is another
 * option's own name; and its own.
 */
export function settingNames(own: string, { flags, kind }: OptionSpec, options: OptionTable): SettingName[] {
  const written = /--([a-z0-9-]+)/
    .exec(flags)![1]!
    .replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const names = [{ name: own, negates: false }];
  if (written === own || Object.hasOwn(options, written)) return names;
  return [{ name: written, negates: kind === 'flag' && flags.includes('--no-') }, ...names];
}

/** What an option is where one of its names has this value. */
export const settingOf = ({ negates }: SettingName, value: unknown): unknown => (negates ? !value : value);

type Environment = Readonly<Record<string, string | undefined>>;

/** Value of an option from the environment, if it is there. Raises UsageError naming the variable. */
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

/** The configuration's place, credentials of lists and of NCMEC (config-place.ts, exchange-credentials.ts, cybertip-client.ts). */
const noOption = /^HASHSIEVE_(CONFIG|LIST_.+|NCMEC_(USER|PASSWORD))$/;

/**
 * Warnings of variables that look like settings and are none.
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
