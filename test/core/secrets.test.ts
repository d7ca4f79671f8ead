import { describe, expect, it } from 'vitest';
import { detectionEvent } from '../../src/core/event.js';
import { withoutSecrets } from '../../src/core/secrets.js';
import type { ScanResult } from '../../src/core/types.js';
import { displayUri } from '../../src/core/uri.js';
import { nginx } from '../../src/remediation/nginx.js';
import { urls } from '../../src/remediation/urls.js';

const hidden: [string, string][] = [
  [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20261130&X-Amz-Security-Token=F%2Bx&X-Amz-Signature=0a1b&X-Amz-Expires=60',
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=…&X-Amz-Security-Token=…&X-Amz-Signature=…&X-Amz-Expires=60',
  ],
  ['Expires=1&Signature=a~b_&Key-Pair-Id=APK', 'Expires=1&Signature=…&Key-Pair-Id=…'],
  ['sv=2024-11-04&sr=b&sig=a%2Fb%3D&se=2026', 'sv=2024-11-04&sr=b&sig=…&se=2026'],
  ['X-Goog-Signature=ff&GoogleAccessId=a@b.example', 'X-Goog-Signature=…&GoogleAccessId=…'],
  [
    'id=5&token=abc&accessToken=x&access_token=y&auth%5Fkey=z&JWT=j',
    'id=5&token=…&accessToken=…&access_token=…&auth%5Fkey=…&JWT=…',
  ],
  [
    'api_key=1&client_secret=2&password=3&sessionid=4&apikey=5',
    'api_key=…&client_secret=…&password=…&sessionid=…&apikey=…',
  ],
  ['ex=6&is=6&hm=0a1b', 'ex=6&is=6&hm=…'],
  ['token=a=b==&x=1', 'token=…&x=1'],
];
const shown = ['id=5', 'author=a&design=b&signal=c&tokens=3&key=photo.jpg&page=2&w=100', 'token', ''];

describe('an address that is told', () => {
  it.each(hidden)('hides what opens it: %s', (query, told) => {
    expect(withoutSecrets(`https://cdn.example/a.jpg?${query}`)).toBe(`https://cdn.example/a.jpg?${told}`);
    expect(displayUri(`https://cdn.example/a.jpg?${query}`)).toBe(`https://cdn.example/a.jpg?${told}`);
  });

  it.each(shown)('shows the rest: %s', (query) => {
    expect(withoutSecrets(`https://cdn.example/a.jpg?${query}`)).toBe(`https://cdn.example/a.jpg?${query}`);
  });

  it('hides sessions in a path, and takes nothing else for an address', () => {
    expect(withoutSecrets('http://a.example/b;jsessionid=1F/c.jpg?x=1')).toBe(
      'http://a.example/b;jsessionid=…/c.jpg?x=1',
    );
    expect(withoutSecrets('file:///a?token=1')).toBe('file:///a?token=1');
  });

  it('takes no time that grows faster than it', () => {
    const long = `https://a.example/?${';token'.repeat(50_000)}${'&sig=x'.repeat(50_000)}`;
    expect(withoutSecrets(long)).not.toContain('sig=x');
  });
});

const match = {
  list: 'l',
  entryId: '1',
  algorithm: 'sha256',
  distance: 0,
  threshold: 0,
  category: 'csam',
} as const;
const eventAt = (uri: string, inside: { member?: string; page?: string } = {}) => {
  const fingerprints = ['md5', 'sha1', 'sha256'].map((algorithm) => ({ algorithm, hex: '00', recipe: 'r' }));
  const result: Extract<ScanResult, { outcome: 'matched' }> = {
    outcome: 'matched',
    ref: { uri, ...inside },
    facts: { mediaType: 'image/jpeg', size: 1 },
    fingerprints,
    withheld: [],
    matches: [match],
  };
  return detectionEvent(result, { scanId: 's', toolVersion: '1', lists: [], now: new Date(0) });
};

describe('an event', () => {
  it('carries no signature, in no part of it, and is the same under another', () => {
    const at = (signature: string) =>
      eventAt(`https://a.example/x.zip?X-Amz-Signature=${signature}`, {
        member: 'p?token=kept',
        page: `https://a.example/p?sig=${signature}`,
      });
    expect(JSON.stringify(at('s3cr3t'))).not.toContain('s3cr3t');
    expect(at('one').uri).toBe('https://a.example/x.zip?X-Amz-Signature=…!/p?token=kept');
    expect(at('one')).toEqual(at('two'));
    expect(eventAt('https://a.example/?id=1').id).not.toBe(eventAt('https://a.example/?id=2').id);
  });
});

describe('rules that block', () => {
  const target = (url: string) => [{ uri: url, url }] as unknown as Parameters<typeof urls.rulesFor>[0];
  it('block a signed address under every signature', () => {
    const signed = 'https://a.example/x.jpg?X-Amz-Expires=60&X-Amz-Signature=…';
    expect(urls.rulesFor(target(signed))).toEqual({ rules: ['https://a.example/x.jpg\n'], left: [] });
    expect(nginx.rulesFor(target(signed)).rules).toEqual(
      nginx.rulesFor(target('https://a.example/x.jpg')).rules,
    );
  });

  it('leave to people what is told apart by more than that', () => {
    const { rules, left } = nginx.rulesFor(target('https://a.example/show?id=5&token=…'));
    expect(rules).toEqual([]);
    expect(left[0]?.reason).toMatch(/signature or token/);
  });
});
