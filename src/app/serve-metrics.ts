import type { Verdict } from './serve-types.js';

/** Upper bounds of the histogram of answer times, seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** What the service tells Prometheus besides its counts. */
export interface Gauges {
  readonly running: number;
  readonly waiting: number;
  readonly bytes: number;
  readonly edition: number;
  readonly behind: boolean;
}

/** Counts answers, for Prometheus (text exposition format 0.0.4). No label holds anything from outside. */
export function createUploadMetrics() {
  const answers = new Map<string, number>();
  const buckets = bounds.map(() => 0);
  let total = 0;
  let sum = 0;
  let refused = 0;
  return {
    answered(via: string, verdict: Verdict, seconds: number) {
      const key = `front="${via}",verdict="${verdict}"`;
      answers.set(key, (answers.get(key) ?? 0) + 1);
      total += 1;
      sum += seconds;
      bounds.forEach((bound, at) => {
        if (seconds <= bound) buckets[at]! += 1;
      });
    },
    turnedAway() {
      refused += 1;
    },
    text({ running, waiting, bytes, edition, behind }: Gauges): string {
      const lines: string[] = [];
      const metric = (
        name: string,
        type: string,
        help: string,
        samples: readonly (readonly [string, number])[],
      ) => {
        lines.push(`# HELP hashsieve_serve_${name} ${help}`, `# TYPE hashsieve_serve_${name} ${type}`);
        for (const [series, value] of samples) lines.push(`hashsieve_serve_${series} ${value}`);
      };
      const one = (name: string, type: string, help: string, value: number) =>
        metric(name, type, help, [[name, value]]);
      metric(
        'answers_total',
        'counter',
        'Answers to uploads by front and verdict.',
        [...answers].map(([labels, value]) => [`answers_total{${labels}}`, value]),
      );
      one('busy_total', 'counter', 'Uploads that were turned away because too many waited.', refused);
      metric('seconds', 'histogram', 'Time of a scan, without the wait for a place.', [
        ...bounds.map((bound, at) => [`seconds_bucket{le="${bound}"}`, buckets[at]!] as const),
        ['seconds_bucket{le="+Inf"}', total],
        ['seconds_sum', sum],
        ['seconds_count', total],
      ]);
      one('running', 'gauge', 'Uploads that are scanned now.', running);
      one('waiting', 'gauge', 'Uploads that wait.', waiting);
      one('received_bytes', 'gauge', 'Bytes of uploads in memory.', bytes);
      one('lists_edition', 'gauge', 'When the lists last changed, seconds since 1970.', edition);
      one('lists_behind', 'gauge', '1 when changed lists could not be loaded.', behind ? 1 : 0);
      return `${lines.join('\n')}\n`;
    },
  };
}
