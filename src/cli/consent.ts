import { UsageError } from '../core/index.js';

/** What a person is to agree to, in the words of the command. */
interface Consent {
  /** SHA-256 of exactly what it is about, hex. */
  readonly digest: string;
  /** The digest that the user gave with `--confirm`, where it was given. */
  readonly given: string | undefined;
  /** The error for another digest. */
  readonly other: string;
  /** The error where nobody can be asked; the digest is added. */
  readonly unasked: string;
  readonly question: string;
  /** The error for any other answer. */
  readonly refused: string;
}

/**
 * Asks for a person's consent: by the digest that was given, or by its first eight digits typed at the terminal. Rejects
 * with UsageError without it.
 */
export async function requireConsent(consent: Consent, signal: AbortSignal): Promise<void> {
  const { digest, given, other, unasked, question, refused } = consent;
  if (given === digest) return;
  if (given !== undefined) throw new UsageError(other);
  if (!process.stdin.isTTY) throw new UsageError(`${unasked} --confirm ${digest}`);
  const { createInterface } = await import('node:readline/promises');
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const word = digest.slice(0, 8);
  const answer = await prompt.question(`${question} Type ${word} to do it: `, { signal });
  prompt.close();
  if (answer.trim() !== word) throw new UsageError(refused);
}
