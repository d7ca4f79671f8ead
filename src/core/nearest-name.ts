/**
 * The name that somebody probably meant by one that is not known: that with the fewest letters to insert, leave out,
 * change or swap (optimal string alignment distance), up to a third of its length. Undefined where none is that near.
 * Capitals make no difference.
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, steps: stepsBetween(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, steps }) => steps <= Math.max(1, Math.floor(name.length / 3)));
  return near.sort((a, b) => a.steps - b.steps)[0]?.name;
}

/** `; did you mean "list"?`, or nothing. */
export function didYouMean(given: string, names: readonly string[]): string {
  const name = nearestName(given, names);
  return name === undefined ? '' : `; did you mean "${name}"?`;
}

function stepsBetween(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = last![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(change, last![j]! + 1, row[j - 1]! + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) row[j] = Math.min(row[j]!, before![j - 2]! + 1);
    }
    [before, last] = [last, row];
  }
  return last![b.length]!;
}
