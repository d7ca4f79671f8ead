import { commonOptions, insideOptions, limitOptions, sourceOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve hash`. */
export const hash: CommandSpec = {
  name: 'hash',
  about: 'print fingerprints of pictures; --list and match read what it writes',
  args: [{ name: '[target...]', about: 'files, directories and http(s) URLs' }],
  options: [
    'algorithms',
    'views',
    ...sourceOptions,
    ...insideOptions,
    ...limitOptions,
    'output',
    'hashFormat',
    'allowEmpty',
    'allowUnsupported',
    'allowDegraded',
    ...commonOptions,
  ],
  examples: ['hashsieve hash ./uploads --algorithm pdq,phash,dhash,blockhash,md5,sha1,sha256 --format csv'],
  run: runHash,
};

async function runHash(context: CommandContext): Promise<number> {
  const { hashPictures } = await import('../../app/index.js');
  const { code } = await hashPictures(context.args, context.values, context);
  return code;
}
