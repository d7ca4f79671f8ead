// Sums of samples, for blockhash.

/** Adds `count` bytes to as many u16 sums. With 4 channels, a wholly transparent pixel counts as white. */
export function sumBytes(source: usize, channels: u32, count: u32, sums: usize): void {
  for (const end = source + count; source < end; source += 16, sums += 32) {
    let bytes = v128.load(source);
    if (channels == 4) {
      const clear = i32x4.eq(v128.and(bytes, i32x4.splat(0xff000000)), i32x4.splat(0));
      bytes = v128.or(bytes, v128.and(clear, i32x4.splat(0x00ffffff)));
    }
    v128.store(sums, i16x8.add(v128.load(sums), i16x8.extend_low_i8x16_u(bytes)));
    v128.store(sums + 16, i16x8.add(v128.load(sums + 16), i16x8.extend_high_i8x16_u(bytes)));
  }
}
