/** Lower-case hex of bits given first to last, most significant first; `bits.length` is a multiple of 4. */
export function bitsToHex(bits: ArrayLike<number | boolean>): string {
  let hex = '';
  for (let i = 0; i < bits.length; i += 4) {
    let digit = 0;
    for (let j = i; j < i + 4; j++) digit = 2 * digit + (bits[j] ? 1 : 0);
    hex += digit.toString(16);
  }
  return hex;
}
