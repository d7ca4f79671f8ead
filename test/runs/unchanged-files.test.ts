import { describe, expect, it, vi } from 'vitest';
import { groupUnchanged, type Place } from '../../src/runs/unchanged-files.js';

const entry = (version?: string, earlier?: { at: Date; stands: boolean }) =>
  ({ state: 'stored', row: 1, asset: { version }, earlier }) as unknown as NonNullable<Place['entry']>;
const place = (name: string, more: Omit<Place, 'item'> = {}): Place => ({
  item: { kind: 'asset', ref: { uri: name } },
  ...more,
});
const kept = (name: string): Place => place(name, { entry: entry(`${name} 1`), lack: { missing: [] } });

/** The addresses of what comes: those together in one list. `changed` are those that the file system calls changed. */
async function grouped(places: readonly (readonly Place[])[], changed: readonly string[] = []) {
  const asked: string[] = [];
  const unchanged = vi.fn(async (known: readonly { uri: string; version: string }[]) => {
    asked.push(...known.map(({ uri, version }) => `${uri}=${version}`));
    return known.map(({ uri }) => !changed.includes(uri));
  });
  const byItem = new Map(places.flat().map((one) => [one.item, one]));
  async function* source() {
    yield* places.map((batch) => batch.map(({ item }) => item));
  }
  const lookUp = (items: readonly Place['item'][]) => items.map((item) => byItem.get(item)!);
  const groups: (string | string[])[] = [];
  const nameOf = ({ item }: Place) => item.ref.uri;
  for await (const one of groupUnchanged(source(), lookUp, unchanged))
    groups.push(Array.isArray(one) ? one.map(nameOf) : nameOf(one));
  return { groups, asked, times: unchanged.mock.calls.length };
}

describe('places of a source', () => {
  it('come in their order, neighbours that have not changed together', async () => {
    const { groups, times } = await grouped(
      [[kept('a'), kept('b'), kept('c'), kept('d')], [kept('e')]],
      ['c'],
    );
    expect(groups).toEqual([['a', 'b'], 'c', ['d'], ['e']]);
    expect(times).toBe(2);
  });

  it('of which the ledger knows nothing are read, and the file system is not asked', async () => {
    expect(await grouped([[place('a'), place('b')]])).toEqual({ groups: ['a', 'b'], asked: [], times: 0 });
  });

  it('that lack something, are doubted, or have no version are read, unchanged as they may be', async () => {
    const { groups, asked } = await grouped([
      [
        { ...kept('lacks'), lack: { missing: ['pdq'] } as unknown as Place['lack'] },
        { ...kept('reopened'), lack: { missing: [], reopen: true } as unknown as Place['lack'] },
        { ...kept('unknown lack'), lack: undefined },
        { ...kept('doubted'), doubted: true },
        place('no version', { entry: entry(), lack: { missing: [] } }),
        kept('whole'),
      ],
    ]);
    expect(groups).toEqual(['lacks', 'reopened', 'unknown lack', 'doubted', 'no version', ['whole']]);
    expect(asked).toEqual(['whole=whole 1']);
  });

  it('whose earlier look still counts are not asked about', async () => {
    const stands = place('a', {
      entry: entry('1', { at: new Date(0), stands: true }),
      lack: { missing: [] },
    });
    const asks = place('b', { entry: entry('1', { at: new Date(0), stands: false }), lack: { missing: [] } });
    expect(await grouped([[stands, asks]], ['b'])).toEqual({
      groups: [['a'], 'b'],
      asked: ['b=1'],
      times: 1,
    });
  });

  it('are all read where nobody can tell what has changed', async () => {
    const one = kept('a');
    const all: unknown[] = [];
    async function* source() {
      yield [one.item];
    }
    for await (const each of groupUnchanged(
      source(),
      () => [one],
      async () => undefined,
    ))
      all.push(each);
    expect(all).toEqual([one]);
  });
});
