import { printable } from '../core/index.js';

/** Nearest distances of pictures that are known to be harmless, by algorithm and view. */
export class Calibration {
  /** Pictures that were fingerprinted. */
  pictures = 0;
  readonly #nearest = new Map<string, Map<string, Map<number, number>>>();

  /** Adds one picture: its nearest distance in bits under an algorithm, and the view that came so near. */
  add(algorithm: string, view: string, distance: number): void {
    const views = this.#nearest.get(algorithm) ?? new Map<string, Map<number, number>>();
    const counts = views.get(view) ?? new Map<number, number>();
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
    this.#nearest.set(algorithm, views.set(view, counts));
  }

  /**
   * Counts pictures by their nearest distance under an algorithm, nearest first. Pictures without a listed hash within
   * the distance that was searched are left out.
   */
  histogram(algorithm: string): { readonly distance: number; readonly pictures: number }[] {
    const sums = new Map<number, number>();
    for (const counts of this.#nearest.get(algorithm)?.values() ?? [])
      for (const [distance, n] of counts) sums.set(distance, (sums.get(distance) ?? 0) + n);
    return [...sums].sort(([a], [b]) => a - b).map(([distance, pictures]) => ({ distance, pictures }));
  }

  /** Counts, for each view, the pictures that came nearest in that view. */
  views(algorithm: string): { readonly view: string; readonly pictures: number; readonly nearest: number }[] {
    return [...(this.#nearest.get(algorithm) ?? [])]
      .map(([view, counts]) => ({
        view,
        pictures: [...counts.values()].reduce((a, b) => a + b, 0),
        nearest: Math.min(...counts.keys()),
      }))
      .sort((a, b) => b.pictures - a.pictures || (a.view < b.view ? -1 : 1));
  }

  /** Number of pictures that would match by mistake at this threshold. */
  falseMatches(algorithm: string, threshold: number): number {
    return this.histogram(algorithm).reduce(
      (sum, { distance, pictures }) => sum + (distance <= threshold ? pictures : 0),
      0,
    );
  }

  /**
   * The largest threshold, at most `allowed`, at which no picture matched. `allowed` comes from the model of chance
   * matches, because a few pictures without a false match do not prove that there are none. Undefined where even equal
   * hashes matched by mistake.
   */
  recommended(algorithm: string, allowed: number): number | undefined {
    const nearest = this.histogram(algorithm)[0]?.distance ?? Number.POSITIVE_INFINITY;
    const threshold = Math.min(allowed, nearest - 1);
    return threshold < 0 ? undefined : threshold;
  }
}

/** What was measured under one algorithm. Distances and thresholds are in bits. */
export interface AlgorithmReport {
  readonly algorithm: string;
  /** The threshold in force now. */
  readonly threshold: number;
  /** Pictures that match by mistake at that threshold. */
  readonly falseMatches: number;
  /** Absent where no threshold is safe on these pictures. */
  readonly recommended?: number;
  /** As `Calibration.histogram` returns it. */
  readonly histogram: ReturnType<Calibration['histogram']>;
  /** As `Calibration.views` returns it. */
  readonly views: ReturnType<Calibration['views']>;
}

const intro = ({ algorithm, threshold, falseMatches, recommended }: AlgorithmReport) =>
  `${algorithm}: threshold ${threshold}, ${falseMatches} false ${falseMatches === 1 ? 'match' : 'matches'}; recommended ` +
  `${recommended ?? 'none: a picture that you trust lies on the list itself'}`;

/** Writes the reports as text for a terminal, with a bar for each distance. */
export function calibrationText(reports: readonly AlgorithmReport[], pictures: number): string {
  const lines = [`${pictures} pictures, nearest listed hash of each`];
  for (const report of reports) {
    lines.push('', intro(report), 'distance  pictures  false matches up to here');
    const most = Math.max(1, ...report.histogram.map((row) => row.pictures));
    let sum = 0;
    for (const { distance, pictures: n } of report.histogram) {
      sum += n;
      lines.push(
        `${String(distance).padStart(8)}  ${String(n).padStart(8)}  ${String(sum).padStart(6)}  ${'#'.repeat(Math.ceil((40 * n) / most))}`,
      );
    }
    if (report.histogram.length === 0) lines.push('  none within the measured range');
    for (const { view, pictures: n, nearest } of report.views.slice(0, 5))
      lines.push(`  ${view}: nearest of ${n}, at ${nearest} bits or more`);
  }
  return `${lines.join('\n')}\n`;
}

/** What the page says of its making. */
export interface CalibrationFacts {
  /** Number of pictures that were measured. */
  readonly pictures: number;
  /** The lists that they were compared with. */
  readonly lists: readonly { readonly name: string; readonly entries: number }[];
  readonly made: Date;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Text from outside, which can neither end a tag nor steer a terminal that prints the page. */
const escaped = (text: string) => printable(text).replace(/[&<>"]/g, (sign) => escapes[sign]!);

/** What to do about a look, given the nearest distance that trusted pictures reached in it, in bits. */
const adviceOf = (nearest: number, threshold: number): string => {
  if (nearest > threshold) return `no false match; nearest ${nearest - threshold} bits beyond the threshold`;
  if (nearest === 0) return 'a picture that you trust lies on the list itself';
  return `false matches: lower the threshold below ${nearest}, or leave this look out (--views)`;
};

/** Writes the reports as one HTML page without scripts and pictures, for bright and dark screens. */
export function calibrationPage(reports: readonly AlgorithmReport[], facts: CalibrationFacts): string {
  const plots = reports.map((report) => {
    const { histogram, threshold, views } = report;
    const most = Math.max(1, ...histogram.map((row) => row.pictures));
    const last = Math.max(threshold, ...histogram.map(({ distance }) => distance), 1);
    const x = (distance: number) => 20 + (600 * distance) / (last + 1);
    const bars = histogram.map(
      ({ distance, pictures: n }) =>
        `<rect x="${x(distance).toFixed(1)}" y="${(150 - (120 * n) / most).toFixed(1)}" width="${(600 / (last + 1)).toFixed(1)}" height="${((120 * n) / most).toFixed(1)}"><title>${distance} bits: ${n}</title></rect>`,
    );
    const limit = x(threshold + 1).toFixed(1);
    const rows = views.map(
      ({ view, pictures: n, nearest }) =>
        `<tr><td>${view}</td><td>${n}</td><td>${nearest}</td><td>${adviceOf(nearest, threshold)}</td></tr>`,
    );
    return (
      `<h2>${report.algorithm}</h2><p>${intro(report)}</p><svg viewBox="0 0 640 175" role="img"><g class="bars">${bars.join('')}</g>` +
      `<line x1="${limit}" x2="${limit}" y1="20" y2="150"/><text x="20" y="168">0</text><text x="620" y="168" text-anchor="end">${last} bits</text></svg>` +
      `<table><tr><th>look</th><th>pictures</th><th>nearest, bits</th><th>advice</th></tr>${rows.join('')}</table>`
    );
  });
  const lists = facts.lists.map(({ name, entries }) => `${escaped(name)} (${entries} entries)`).join(', ');
  return (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>hashsieve calibration</title>' +
    `<style>${style}</style>` +
    `<h1>Nearest listed hash of ${facts.pictures} trusted pictures</h1><p>Lists: ${lists}. Made ${facts.made.toISOString().slice(0, 10)}.</p>` +
    `<p>The red line is the threshold in force: what lies left of it would match by mistake.</p>${plots.join('')}</html>\n`
  );
}

const style =
  ':root{color-scheme:light dark;--bar:#369;--line:#c33}@media(prefers-color-scheme:dark){:root{--bar:#7ab;--line:#f77}}' +
  'body{font:16px sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}svg{width:100%}svg text{fill:currentColor}' +
  '.bars{fill:var(--bar)}line{stroke:var(--line)}td,th{padding:0 1rem 0 0;text-align:left}';
