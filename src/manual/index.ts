import { bashCompletion } from './bash.js';
import { fishCompletion } from './fish.js';
import type { Manual } from './types.js';
import { zshCompletion } from './zsh.js';

/** Completion scripts by the name of the shell. */
export const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } satisfies Record<
  string,
  (manual: Manual) => string
>;
/** Name of a shell in `shells`. */
export type Shell = keyof typeof shells;

export { configSchema } from './config-schema.js';
export { manualMarkdown } from './markdown.js';
export { manualOption } from './option.js';
export type { Manual, ManualCommand } from './types.js';
