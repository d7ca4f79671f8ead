import type { OptionSpec } from '../config/index.js';
import type { ManualOption } from './types.js';

/** Reads what an option of the table is followed by from its flags (`-l, --list <file>`) and choices. */
export function manualOption({ flags, about, choices = [], isPath }: OptionSpec): ManualOption {
  const short = /^-\w\b/.exec(flags)?.[0];
  const long = /--[\w-]+/.exec(flags)![0];
  const value = /[<[]([^\]>]+)[\]>]/.exec(flags)?.[1];
  const isFile = isPath === true || /^(file|dir|directory|folder|path)\b/.test(value ?? '');
  return {
    ...(short === undefined ? {} : { short }),
    long,
    about,
    takes: value === undefined ? 'nothing' : choices.length > 0 ? 'choice' : isFile ? 'file' : 'text',
    ...(value === undefined ? {} : { value }),
    isOptional: flags.includes('['),
    choices,
  };
}
