import { describe, expect, it } from 'vitest';
import { createFetchers, fetchers } from '../../src/fetchers/index.js';
import { tree } from '../sources/tree.js';

const options = { maxBytes: 1000, timeoutSeconds: 5, userAgent: 'hashsieve/test', retries: 0 };

/** For each fetcher, a ref that cannot be fetched. A new member needs its line here. */
const unreachable: Record<keyof typeof fetchers, string> = {
  file: 'file:///no/such/file',
  http: 'http://127.0.0.1:1/',
  s3: 's3://bucket-without-a-key',
};

describe.each(Object.entries(fetchers))('%s keeps the fetcher contract', (name, member) => {
  const ref = { uri: unreachable[name as keyof typeof fetchers] };

  it('serves the schemes that the registry names, and no other member does', async () => {
    const fetcher = await member.load(options);
    expect(fetcher.schemes).toEqual(member.schemes);
    await fetcher.close();
    const schemes = Object.values(fetchers).flatMap((one) => one.schemes);
    expect(new Set(schemes).size).toBe(schemes.length);
  });

  it('fails with a stage, a stable code and a message', async () => {
    const fetcher = await member.load(options);
    const error = await fetcher.fetch(ref).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'StageError',
      stage: 'fetch',
      code: expect.stringMatching(/^[a-z0-9-]+$/),
      message: expect.stringMatching(/\S/),
    });
    await fetcher.close();
  });

  it('rejects with the reason of an abort', async () => {
    const fetcher = await member.load(options);
    await expect(fetcher.fetch(ref, AbortSignal.abort(new Error('Ctrl-C')))).rejects.toThrow('Ctrl-C');
    await fetcher.close();
  });

  it('can be closed twice', async () => {
    const fetcher = await member.load(options);
    await fetcher.close();
    await fetcher.close();
  });
});

describe('all fetchers as one', () => {
  it('chooses by scheme, in any case, and refuses what none serves', async () => {
    const root = tree('a');
    const all = createFetchers(options);
    expect(all.schemes).toEqual(['file', 'http', 'https', 's3']);
    expect(Buffer.from((await all.fetch({ uri: `file://${root}/a` })).bytes).toString()).toBe('a');
    await expect(all.fetch({ uri: 'HTTP://127.0.0.1:1/' })).rejects.toMatchObject({
      code: 'refused-address',
    });
    for (const uri of ['gs://bucket/x', 'stdin:', 'nonsense', ''])
      await expect(all.fetch({ uri })).rejects.toMatchObject({ stage: 'fetch', code: 'unsupported-scheme' });
    await all.close();
  });
});
