/** What one line says that 7-Zip writes while it unpacks. */
export type LogEntry =
  /** The next member begins: the bytes and troubles that follow belong to it. */
  | { readonly kind: 'member'; readonly name: string }
  /** What is wrong with the present member. */
  | { readonly kind: 'trouble'; readonly message: string }
  /** What is wrong with the archive. */
  | { readonly kind: 'complaint'; readonly message: string }
  /** How many bytes lie behind the end of the archive. */
  | { readonly kind: 'tail'; readonly length: number };

/**
 * Makes a reader of that log, as 7-Zip writes it with `-bb1` and `-bso2`. The reader takes the text in pieces. 7-Zip
 * writes control characters in names as `_`. The comment of an archive may imitate lines of the log: it can add
 * complaints and members without bytes, and can hide no member.
 */
export function sevenZipLog(): (text: string) => LogEntry[] {
  let rest = '';
  let isComplaining = false;
  function entryOf(line: string): LogEntry | undefined {
    const member = /^[-T] (.*)$/.exec(line);
    if (member) return { kind: 'member', name: member[1]! };
    const trouble = /^ERROR: (.*?) : /.exec(line);
    if (trouble) return { kind: 'trouble', message: trouble[1]! };
    const tail = /^Tail Size = (\d+)$/.exec(line);
    if (tail) return { kind: 'tail', length: Number(tail[1]) };
    if (/^(ERRORS|WARNINGS|ERROR: \/archive)/.test(line)) isComplaining = true;
    else if (/^(|--|[\w ]+ = .*)$/.test(line)) isComplaining = false;
    else if (line === '/archive') return undefined;
    else if (isComplaining || /^(ERROR|Can't)\b/.test(line)) return { kind: 'complaint', message: line };
    return undefined;
  }
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    return lines.flatMap((line) => entryOf(line) ?? []);
  };
}

/**
 * Makes a reader of the output of `7z l -slt`, which it takes in pieces. It gives the names of members that are links.
 */
export function linksIn(): (text: string) => string[] {
  let rest = '';
  let name = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    return lines.flatMap((line) => {
      const path = /Path = (.*)$/.exec(line);
      if (path) name = path[1]!;
      const isLink =
        /^(Symbolic Link|Hard Link|Copy Link) = ./.test(line) ||
        /^(Attributes|Mode) = .*\bl[r-][w-]/.test(line);
      return isLink ? [name] : [];
    });
  };
}
