/** The cells of one record. `open`: the record ends within a quoted cell. `broken`: text follows a closing quote. */
export type Cells = readonly string[] | 'open' | 'broken';

/**
 * Splits one record of a delimited table (RFC 4180; a quote inside an unquoted cell is an ordinary character). Own
 * code, because the available parsers cannot go on after a stray quote, and the rest of the list would be lost.
 */
export function splitCells(record: string, delimiter: string): Cells {
  if (!record.includes('"')) return record.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const start = skipSpaces(record, at);
    if (record[start] !== '"') {
      const end = record.indexOf(delimiter, at);
      cells.push(record.slice(at, end < 0 ? undefined : end));
      if (end < 0) return cells;
      at = end + 1;
      continue;
    }
    let close = record.indexOf('"', start + 1);
    while (close >= 0 && record[close + 1] === '"') close = record.indexOf('"', close + 2);
    if (close < 0) return 'open';
    cells.push(record.slice(start + 1, close).replaceAll('""', '"'));
    at = skipSpaces(record, close + 1);
    if (at >= record.length) return cells;
    if (record[at] !== delimiter) return 'broken';
    at++;
  }
}

function skipSpaces(text: string, at: number): number {
  let to = at;
  while (text[to] === ' ') to++;
  return to;
}
