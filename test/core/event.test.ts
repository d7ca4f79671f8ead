import { describe, expect, it } from 'vitest';
import { containerOf, detectionEvent } from '../../src/core/event.js';
import type { AssetRef } from '../../src/core/types.js';

const best = {
  list: 'l',
  entryId: '1',
  algorithm: 'sha256',
  distance: 0,
  threshold: 0,
  category: 'csam' as const,
};
const eventOf = (ref: AssetRef) =>
  detectionEvent(
    {
      outcome: 'matched',
      ref,
      facts: { mediaType: 'image/png', size: 1 },
      fingerprints: [],
      withheld: [],
      matches: [best],
    },
    { scanId: 's', toolVersion: '1', lists: [], now: new Date(0) },
  );

describe('the event of an asset', () => {
  it('inside a container says where in it, and its container can be told again', () => {
    const event = eventOf({ uri: 'https://a.example/odd!/a.zip', member: 'in.zip!/b.jpg' });
    expect(event).toMatchObject({
      uri: 'https://a.example/odd!/a.zip!/in.zip!/b.jpg',
      member: 'in.zip!/b.jpg',
    });
    expect(containerOf(event)).toBe('https://a.example/odd!/a.zip');
  });

  it('outside of any has no member, whatever its address looks like', () => {
    const event = eventOf({ uri: 'https://a.example/odd!/a.jpg' });
    expect(event).not.toHaveProperty('member');
    expect(containerOf(event)).toBe(event.uri);
  });
});
