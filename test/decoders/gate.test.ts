import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Gate } from '../../src/core/gate.js';
import { pixelGate, shareRoom } from '../../src/decoders/gate.js';

it('large pictures go one by one in each of several processes, whatever room there is; small ones pass them', async () => {
  shareRoom(new Gate(1e9));
  const log: string[] = [];
  const decode = async (name: string, pixels: number) => {
    const leave = await pixelGate.enter(pixels);
    log.push(`${name} in`);
    return () => {
      log.push(`${name} out`);
      leave();
    };
  };
  const first = await decode('large', 12e6);
  const second = decode('next', 12e6);
  const small = await decode('small', 1e6);
  await turnOfTheLoop();
  first();
  (await second)();
  small();
  expect(log).toEqual(['large in', 'small in', 'large out', 'next in', 'next out', 'small out']);
  (await decode('after', 12e6))();
  expect(log.slice(-2)).toEqual(['after in', 'after out']);
});
