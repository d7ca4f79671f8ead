/** A command as it stands on the wire. */
export interface Command {
  /** The word, in capitals: `PING`. */
  readonly word: string;
  /** What follows the word after a blank; empty where nothing does. */
  readonly argument: string;
  /** The character that ends the command, and so each reply to it. */
  readonly end: '\n' | '\0';
  /** True with the prefix `n` or `z`. */
  readonly isPrefixed: boolean;
}

/** The longest command: a word and a path. */
const longest = 8192;

/** Commands that old clients send without anything to end them. */
const bareWords = /^(PING|VERSION|STATS|RELOAD)$/;

/**
 * Reads the next command from the bytes received so far. `undefined`: more bytes are needed. `'unknown'`: no more bytes
 * can make it a command.
 */
export function readCommand(
  bytes: Buffer,
): { readonly command: Command; readonly length: number } | 'unknown' | undefined {
  if (bytes.length === 0) return undefined;
  const first = String.fromCharCode(bytes[0]!);
  const isPrefixed = first === 'n' || first === 'z';
  const end = first === 'z' ? '\0' : '\n';
  const at = bytes.indexOf(end);
  if (at < 0 && !isPrefixed && bareWords.test(bytes.toString('latin1')))
    return {
      command: { word: bytes.toString('latin1'), argument: '', end, isPrefixed },
      length: bytes.length,
    };
  if (at < 0) return bytes.length > longest ? 'unknown' : undefined;
  if (at > longest) return 'unknown';
  const text = bytes
    .subarray(isPrefixed ? 1 : 0, at)
    .toString('utf8')
    .replace(/\r$/, '');
  const [, word = '', argument = ''] = /^(\S*) ?([\s\S]*)$/.exec(text) ?? [];
  return { command: { word, argument, end, isPrefixed }, length: at + 1 };
}
