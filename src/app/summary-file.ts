import { reasonOf } from '../config/index.js';
import { printable, type Voice } from '../core/index.js';
import { type OpenOptions, openOutput } from '../files/index.js';

/** The file of `--summary`. */
export interface SummaryFile {
  /**
   * Writes the content and puts the file in its place. Resolves to false where that fails, after saying why: a summary
   * is no evidence, so the run goes on.
   */
  put(content: object): Promise<boolean>;
  /** Removes the part file. */
  discard(): Promise<void>;
}

/** Opens the file. Raises UsageError where it cannot be written. */
export async function openSummary(
  path: string,
  voice: Voice,
  options: OpenOptions = {},
): Promise<SummaryFile> {
  const file = await openOutput(path, options);
  return {
    async put(content) {
      try {
        await file.write(`${JSON.stringify(content, null, 2)}\n`);
        await file.commit();
        return true;
      } catch (error) {
        voice.say(`hashsieve: summary ${printable(path)} is lost: ${reasonOf(error)}`, { level: 'error' });
        await file.discard();
        return false;
      }
    },
    discard: () => file.discard(),
  };
}
