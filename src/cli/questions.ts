import { createInterface } from 'node:readline/promises';
import { UsageError, type Voice } from '../core/index.js';

/** Asks the person at the terminal. */
export interface Questions {
  /** Asks until `read` takes the answer. An empty answer is `otherwise`. */
  ask<T>(text: string, otherwise: string | undefined, read: (text: string) => T): Promise<T>;
  close(): void;
}

/**
 * Starts to ask. Lines are read as they come, so that Ctrl-C stays a signal. Rejects with the signal's reason once it
 * aborts, and with UsageError where the input ends before the last answer.
 */
export function openQuestions(input: NodeJS.ReadableStream, voice: Voice, signal: AbortSignal): Questions {
  const lines = createInterface({ input, terminal: false });
  const answers = lines[Symbol.asyncIterator]();
  const close = () => lines.close();
  signal.addEventListener('abort', close, { once: true });
  return {
    async ask(text, otherwise, read) {
      for (;;) {
        voice.say(`${text}${otherwise === undefined ? '' : ` [${otherwise}]`}`);
        const answer = await answers.next();
        signal.throwIfAborted();
        if (answer.done) throw new UsageError('the answers ended: nothing is written');
        try {
          return read(answer.value.trim() || (otherwise ?? ''));
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          voice.say(error.message);
        }
      }
    },
    close() {
      signal.removeEventListener('abort', close);
      close();
    },
  };
}
