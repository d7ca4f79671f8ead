/**
 * Milliseconds of a clock that only moves forward. Not `performance.now()`, whose first use makes Node load code for 2
 * ms, a hundredth of a scan of one picture.
 */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
