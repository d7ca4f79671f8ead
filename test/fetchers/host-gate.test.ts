import { describe, expect, it } from 'vitest';
import { HostGates } from '../../src/net/host-gate.js';

/** Gates on a clock that only sleeping moves; the times at which work began, by host. */
function gates(perHost: number, rate?: number) {
  let clock = 0;
  const begun: string[] = [];
  const sleep = async (milliseconds: number) => {
    const until = clock + milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
    clock = Math.max(clock, until);
  };
  const held = new HostGates(perHost, () => clock, sleep, rate);
  const ask = (host: string) =>
    held.run(host, undefined, async () => {
      begun.push(`${host} ${Math.round(clock)}`);
    });
  return { held, ask, begun };
}

describe('requests to a host', () => {
  it('keep their rate, however many are wanted at once, and each host has its own', async () => {
    const { ask, begun } = gates(1, 4);
    for (const host of ['a', 'a', 'b', 'a']) await ask(host);
    expect(begun).toEqual(['a 0', 'a 250', 'b 250', 'a 500']);
  });

  it('keep it when several are under way', async () => {
    const { ask, begun } = gates(4, 10);
    await Promise.all(['a', 'a', 'a', 'a'].map(ask));
    expect(begun).toEqual(['a 0', 'a 100', 'a 200', 'a 300']);
  });

  it('keep the pause that a host asks for, also where there is no rate', async () => {
    const { held, ask, begun } = gates(1);
    await ask('a');
    held.pace('a', 2000);
    for (let i = 0; i < 3; i++) await ask('a');
    expect(begun).toEqual(['a 0', 'a 0', 'a 2000', 'a 4000']);
  });

  it('do not wait without a rate', async () => {
    const { ask, begun } = gates(2);
    for (let i = 0; i < 3; i++) await ask('a');
    expect(begun).toEqual(['a 0', 'a 0', 'a 0']);
  });
});
