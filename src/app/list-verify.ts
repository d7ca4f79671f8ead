import { printable, UsageError } from '../core/index.js';
import { type Verification, verifyCompiled } from '../matching/index.js';
import { pluginsOf } from './plugins.js';
import { type Surroundings, surrounded } from './surroundings.js';

/**
 * Reads a compiled list whole and compares every checksum; undefined where the caller aborted it.
 * @param expected SHA-256 that the file must have, 64 hexadecimal digits; it also detects deliberate changes
 * @throws UsageError where the file is damaged or has another digest
 */
export async function requireSound(
  path: string,
  expected: string | undefined,
  given: Surroundings = {},
): Promise<Verification | undefined> {
  const wanted = expected?.toLowerCase();
  if (wanted !== undefined && !/^[0-9a-f]{64}$/.test(wanted))
    throw new UsageError('option --sha256: expected the 64 hexadecimal digits that list compile told');
  const label = printable(path);
  const around = surrounded(given);
  const { signal } = around;
  const { algorithms } = (await pluginsOf(around)).reading;
  const verification = await verifyCompiled(path, algorithms, signal).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!verification) return undefined;
  const { pages, damaged, firstDamaged, sha256, expected: told } = verification;
  if (damaged > 0) {
    const first = firstDamaged.slice(0, 5).join(', ');
    throw new UsageError(
      `${label}: ${damaged} of ${pages} pages are damaged (${first}): compile the list again`,
    );
  }
  if (sha256 !== told) throw new UsageError(`${label}: its SHA-256 is wrong: compile the list again`);
  if (wanted !== undefined && sha256 !== wanted)
    throw new UsageError(`${label}: sound, but not the file that --sha256 names: its SHA-256 is ${sha256}`);
  return verification;
}
