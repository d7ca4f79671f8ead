import type { CommandSpec } from '../command.js';

/** Every subcommand, in the order of `--help`; each is loaded when it is called. */
export const commands = {
  scan: async () => (await import('./scan.js')).scan,
  serve: async () => (await import('./serve.js')).serve,
  rematch: async () => (await import('./rematch.js')).rematch,
  notify: async () => (await import('./notify.js')).notify,
  hash: async () => (await import('./hash.js')).hash,
  match: async () => (await import('./match.js')).match,
  compare: async () => (await import('./compare.js')).compare,
  list: async () => (await import('./list.js')).list,
  report: async () => (await import('./report.js')).report,
  evidence: async () => (await import('./evidence.js')).evidence,
  takedown: async () => (await import('./takedown.js')).takedown,
  status: async () => (await import('./status.js')).status,
  decide: async () => (await import('./decide.js')).decide,
  acknowledge: async () => (await import('./acknowledge.js')).acknowledge,
  decisions: async () => (await import('./decisions.js')).decisions,
  block: async () => (await import('./block.js')).block,
  ledger: async () => (await import('./ledger.js')).ledger,
  calibrate: async () => (await import('./calibrate.js')).calibrate,
  init: async () => (await import('./init.js')).init,
  doctor: async () => (await import('./doctor.js')).doctor,
  selftest: async () => (await import('./selftest.js')).selftest,
  completion: async () => (await import('./completion.js')).completion,
} satisfies Record<string, () => Promise<CommandSpec>>;

/** Loads the command of this name, or all commands where there is none. */
export function loadCommands(name: string | undefined): Promise<CommandSpec[]> {
  const wanted = name !== undefined && Object.hasOwn(commands, name) ? name : undefined;
  return Promise.all(
    Object.entries(commands).flatMap(([one, load]) =>
      wanted === undefined || one === wanted ? [load()] : [],
    ),
  );
}
