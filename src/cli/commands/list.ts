import type { CommandSpec } from '../command.js';
import { add } from './list/add.js';
import { compile } from './list/compile.js';
import { diff } from './list/diff.js';
import { exportList } from './list/export.js';
import { info } from './list/info.js';
import { merge } from './list/merge.js';
import { publish } from './list/publish.js';
import { remove } from './list/remove.js';
import { sync } from './list/sync.js';
import { verify } from './list/verify.js';

/** Lets a command that reads lists take the name of a synced list in place of its file. */
const named = (spec: CommandSpec): CommandSpec => ({
  ...spec,
  async run(context) {
    const { listPaths } = await import('../../config/index.js');
    return spec.run!({ ...context, args: listPaths(context.args, context.config, context.environment) });
  },
});

/** Lets a command that changes a list of one's own take the name `own` in place of its file. */
const ownNamed = (spec: CommandSpec): CommandSpec => ({
  ...spec,
  async run(context) {
    const { configuredOwnList, ownListName } = await import('../../config/index.js');
    const [first, ...others] = context.args;
    const own = configuredOwnList(context.config.options.ownList, context.environment);
    const args = first === ownListName && own !== undefined ? [own, ...others] : context.args;
    return spec.run!({ ...context, args });
  },
});

/** The group of commands `hashsieve list`. */
export const list: CommandSpec = {
  name: 'list',
  about: 'make, change, convert, compare and sync hash lists; compile them into one file that opens at once',
  options: [],
  subcommands: [
    ownNamed(add),
    ownNamed(remove),
    named(merge),
    named(diff),
    named(exportList),
    named(publish),
    sync,
    named(compile),
    named(info),
    verify,
  ],
};
