import { describe, expect, it, vi } from 'vitest';
import type { Ledger } from '../../src/ledger/index.js';
import { guardLedger } from '../../src/runs/index.js';

const fail = (message: string, code?: string) => () => {
  throw Object.assign(new Error(message), { code });
};

function guarded(path = '/l') {
  const say = vi.fn<(text: string) => void>();
  const note = vi.fn<(text: string) => void>();
  const guard = guardLedger({ path, damage: { note } } as unknown as Ledger, { say } as never);
  return { guard, say, note };
}

describe('a run whose ledger cannot be written', () => {
  it('goes on, says so once, and writes nothing more', () => {
    const { guard, say } = guarded();
    const write = vi.fn();
    guard.write(write);
    expect(guard.broken).toBe(false);
    guard.write(fail('disk full'));
    guard.write(fail('disk full'));
    guard.write(write);
    expect(guard.broken).toBe(true);
    expect(write).toHaveBeenCalledOnce();
    expect(say).toHaveBeenCalledOnce();
    expect(say.mock.calls[0]![0]).toContain('the ledger /l is lost from here on: disk full');
  });

  it('names it without control characters', () => {
    const { guard, say } = guarded('/l\x1b[2J');
    guard.write(fail('disk full'));
    expect(say.mock.calls[0]![0]).not.toContain('\x1b');
  });
});

describe('a run whose ledger cannot be read', () => {
  it('does without, and is not complete', () => {
    const { guard, say } = guarded();
    expect(guard.read(() => [1], [])).toEqual([1]);
    expect(guard.read(fail('no such table'), ['none'])).toEqual(['none']);
    expect(guard.broken).toBe(true);
    expect(say).toHaveBeenCalledOnce();
  });

  it('goes on reading and writing where only a row is damaged', () => {
    const { guard, say, note } = guarded();
    expect(guard.read(fail('row 7 is damaged', 'LEDGER_DAMAGED'), undefined)).toBeUndefined();
    expect(guard.broken).toBe(false);
    expect(say).not.toHaveBeenCalled();
    expect(note).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('row 7 is damaged'));
    const write = vi.fn();
    guard.write(write);
    expect(write).toHaveBeenCalledOnce();
  });
});
