import type { Span } from '../types.js';

/** Sorts spans, joins those that touch or overlap, and leaves out empty ones. Pure. */
export function merged(spans: readonly Span[]): Span[] {
  const out: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    if (to <= from) continue;
    const last = out.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
}

/** The parts of `whole` that lie in none of `taken`, in their order. Pure. */
export function without(whole: Span, taken: readonly Span[]): Span[] {
  const out: Span[] = [];
  let at = whole.from;
  for (const { from, to } of merged(taken)) {
    if (to <= at) continue;
    if (from >= whole.to) break;
    if (from > at) out.push({ from: at, to: from });
    at = to;
  }
  if (at < whole.to) out.push({ from: at, to: whole.to });
  return out;
}

/** Bytes as a Buffer of the same memory. */
export const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** Whether a magic stands at byte `at`; `?` in the magic stands for any byte. Pure. */
export function holds(bytes: Buffer, at: number, magic: string): boolean {
  if (at + magic.length > bytes.length) return false;
  for (let i = 0; i < magic.length; i++)
    if (bytes[at + i] !== magic.charCodeAt(i) && magic[i] !== '?') return false;
  return true;
}
