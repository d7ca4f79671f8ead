/** The name of a member as text. A name that is no valid UTF-8 is read as Latin-1: each byte is one character. */
export function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

/** Makes a function that gives each member a name of its own: the second `name` becomes `name~2`, an empty one `~`. */
export function distinctNames(): (name: string) => string {
  const seen = new Set<string>();
  /** The number to try next for each name. Without it, thousands of members of one name would take quadratic time. */
  const next = new Map<string, number>();
  return (name) => {
    const plain = name === '' ? '~' : name;
    let own = plain;
    let n = next.get(plain) ?? 2;
    while (seen.has(own)) {
      own = `${plain}~${n}`;
      n += 1;
    }
    if (own !== plain) next.set(plain, n);
    seen.add(own);
    return own;
  };
}
