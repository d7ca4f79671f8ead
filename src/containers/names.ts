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
  return (name) => {
    const plain = name === '' ? '~' : name;
    let own = plain;
    for (let n = 2; seen.has(own); n++) own = `${plain}~${n}`;
    seen.add(own);
    return own;
  };
}
