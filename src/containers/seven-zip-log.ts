/** What 7-Zip says while it unpacks, a line at a time. */
export type LogEntry =
  /** What follows belongs to this member. */
  | { readonly kind: 'member'; readonly name: string }
  /** What is wrong with the member that it speaks of. */
  | { readonly kind: 'trouble'; readonly message: string }
  /** What is wrong with the archive. */
  | { readonly kind: 'complaint'; readonly message: string }
  /** Bytes behind the end of the archive. */
  | { readonly kind: 'tail'; readonly length: number };

/**
 * Reads that log, as `-bb1` and `-bso2` make it; control characters in names come as `_`. A comment of the archive may look like
 * any line of it: that makes members without bytes and complaints, and hides none.
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

/** Names of members that are links, from the lines of `l -slt`. */
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
