#!/usr/bin/env node
// The toy algorithm as a program: PPM pictures on standard input, a line for each.
import { readFileSync } from 'node:fs';
import { algorithm } from './toy-algorithm.mjs';

const bytes = readFileSync(0);
for (let at = 0; at < bytes.length; ) {
  const [head, width, height] = /^P6\n(\d+) (\d+)\n255\n/.exec(
    bytes.subarray(at, at + 40).toString('latin1'),
  );
  const from = at + head.length;
  at = from + width * height * 3;
  const bitmap = {
    width: Number(width),
    height: Number(height),
    channels: 3,
    data: bytes.subarray(from, at),
  };
  process.stdout.write(`${algorithm.compute(bitmap).hex} 90\n`);
}
