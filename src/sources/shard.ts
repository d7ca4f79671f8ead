import { createHash } from 'node:crypto';
import { UsageError } from '../core/index.js';
import type { Sourced } from './types.js';

/** One of several parts of what sources find, counted from 1. */
export interface Shard {
  readonly number: number;
  /** How many parts there are. */
  readonly of: number;
}

/** The most parts. */
const most = 10_000;

/** Reads `2/8`: part 2 of 8. Raises UsageError. */
export function readShard(text: string): Shard {
  const [, number, of] = /^(\d{1,5})\/(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  if (number !== undefined && of !== undefined && number >= 1 && number <= of && of <= most)
    return { number, of };
  throw new UsageError(`--shard: "${text}" is no part: write 1/8, 2/8 … 8/8, up to ${most} parts`);
}

/**
 * The number of the part that a place belongs to: the first 48 bits of the SHA-256 of its address, modulo the number of
 * parts. It depends on nothing else, so parts that run on different machines overlap nowhere and leave nothing out.
 */
export const shardOf = (uri: string, of: number): number =>
  (createHash('sha256').update(uri).digest().readUIntBE(0, 6) % of) + 1;

/** What belongs to the part, of all that is found: assets, and places that could not be listed or were passed over. */
export async function* inShard(
  items: AsyncIterable<Sourced>,
  { number, of }: Shard,
): AsyncGenerator<Sourced> {
  for await (const item of items) if (shardOf(item.ref.uri, of) === number) yield item;
}
