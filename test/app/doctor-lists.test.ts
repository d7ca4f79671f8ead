import { expect, it } from 'vitest';
import { looksReencoded } from '../../src/app/doctor-lists.js';

const picture = (mediaType: string, width: number, height: number) => ({ mediaType, size: 1, width, height });
const many = (count: number, make: (at: number) => ReturnType<typeof picture>) =>
  Array.from({ length: count }, (_, at) => make(at));

it('pictures of one format with the same longest side look re-encoded, what people upload does not', () => {
  const resized = many(40, (at) => picture('image/jpeg', at % 2 ? 2048 : 900 + at, 2048));
  expect(looksReencoded(resized)).toMatch(
    /40 of 40 pictures are image\/jpeg, and the longest side of 40 is 2048/,
  );
  expect(looksReencoded(many(40, (at) => picture('image/jpeg', 500 + at, 400)))).toBeUndefined();
  expect(
    looksReencoded(many(40, (at) => picture(at % 3 ? 'image/jpeg' : 'image/png', 2048, 900))),
  ).toBeUndefined();
  expect(looksReencoded(many(19, () => picture('image/webp', 100, 100)))).toBeUndefined();
});
