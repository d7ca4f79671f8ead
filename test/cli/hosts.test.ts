import { describe, expect, it } from 'vitest';
import { hostNames } from '../../src/core/hosts.js';
import { isListed } from '../../src/core/site.js';

describe('--hosts', () => {
  it.each([
    ['cdn.example', 'https://cdn.example/'],
    ['CDN.Example', 'https://cdn.example/'],
    ['*.cdn.example', 'https://a.b.cdn.example/'],
    ['münchen.example', 'https://MÜNCHEN.example/'],
    ['*.münchen.example', 'https://a.münchen.example/'],
    ['xn--mnchen-3ya.example', 'https://münchen.example/'],
    ['localhost', 'http://localhost:8080/'],
    ['127.0.0.1', 'http://127.1/'],
    ['[::1]', 'http://[0:0::1]:80/'],
    ['my_bucket.example', 'https://my_bucket.example/'],
    ['*', 'https://any.example/'],
  ])('%s names the host of %s', (name, url) => {
    expect(isListed(new URL(url).hostname, hostNames([name]))).toBe(true);
    expect(isListed('other.test', hostNames([name]))).toBe(name === '*');
  });

  it.each([
    'http://localhost',
    'localhost:8801',
    'localhost:80',
    'cdn.example/',
    'cdn.example/a',
    '.cdn.example',
    'cdn.*',
    '*cdn.example',
    '**',
    '*.',
    '',
    'a b',
    '::1',
    '[::1',
    'a%00b.example',
  ])('%j is refused, for it would match nothing', (name) => {
    expect(() => hostNames([name])).toThrow(/--hosts: .* is no name of a host; write cdn\.example\.org/);
  });

  it('repeats no password', () => {
    expect(() => hostNames(['https://u:s3cret@cdn.example'])).toThrow(
      /^(?!.*s3cret)--hosts: "…@cdn.example"/,
    );
  });
});
