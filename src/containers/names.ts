/** Names of members as text: UTF-8 where they are that, else each byte as the character of that number. */
export function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

/** Tells members of one name apart: the second is `name~2`. */
export function distinctNames(): (name: string) => string {
  const seen = new Set<string>();
  /** What the next of a name may be called: thousands of one name must not be counted through each time. */
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
