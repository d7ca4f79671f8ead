import { describe, expect, it } from 'vitest';
import type { ScanResult } from '../../src/core/types.js';
import { recordOf } from '../../src/runs/index.js';

const at = new Date(0);
const none = { event: () => expect.fail('only a match is an event') } as never;
const rest = { fingerprints: [], withheld: [] };
const tell = (result: object) => recordOf({ ...rest, ...result } as unknown as ScanResult, none, 'run 1', at);

describe('what an output says of a result', () => {
  it('is the event of a match, of this run and this time', () => {
    const event = { schema: 'hashsieve/event/1' };
    const asked: unknown[] = [];
    const scanner = {
      event: (...all: unknown[]) => {
        asked.push(...all);
        return event;
      },
    } as never;
    const result = { ...rest, outcome: 'matched', ref: { uri: 'file:///a' }, matches: [] };
    expect(recordOf(result as unknown as ScanResult, scanner, 'run 1', at)).toBe(event);
    expect(asked).toEqual([result, 'run 1', at]);
  });

  it('names a skipped asset by its place, with the reason', () => {
    const ref = { uri: 'file:///a.zip', member: 'b.bin' };
    expect(tell({ outcome: 'skipped', reason: 'unknown-format', message: 'unknown', ref })).toEqual({
      schema: 'hashsieve/result/1',
      outcome: 'skipped',
      uri: 'file:///a.zip!/b.bin',
      scanId: 'run 1',
      code: 'unknown-format',
      message: 'unknown',
    });
  });

  it('names the stage and the code of a failure', () => {
    const ref = { uri: 'file:///a' };
    const result = { outcome: 'failed', stage: 'decode', code: 'undecodable', message: 'cut', ref };
    expect(tell(result)).toMatchObject({ stage: 'decode', code: 'undecodable', message: 'cut' });
  });

  it('holds no signature of an address, of the asset or of its page', () => {
    const ref = { uri: 'https://a.example/b.jpg?sig=abcdef', page: 'https://a.example/?token=abcdef' };
    const record = tell({ outcome: 'clear', ref });
    expect(record).toMatchObject({
      uri: expect.stringContaining('sig='),
      page: expect.stringContaining('token='),
    });
    expect(JSON.stringify(record)).not.toContain('abcdef');
  });

  it('holds no hash', () => {
    const facts = { mediaType: 'image/png', size: 1 };
    const fingerprints = [{ algorithm: 'sha256', hex: 'f00f', recipe: 'sha256/1' }];
    expect(
      JSON.stringify(tell({ outcome: 'clear', ref: { uri: 'file:///a' }, facts, fingerprints })),
    ).not.toContain('f00f');
  });
});
