/** Edits (insert, delete, replace, swap of neighbours) that lead from one word to the other. */
export function distance(from: string, to: string): number {
  const a = from.toLowerCase();
  const b = to.toLowerCase();
  const cell = (row: readonly number[] | undefined, column: number): number => row?.[column] ?? 0;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const plain = Math.min(cell(rows[i - 1], j) + 1, cell(row, j - 1) + 1, cell(rows[i - 1], j - 1) + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(swapped ? Math.min(plain, cell(rows[i - 2], j - 2) + 1) : plain);
    }
    rows.push(row);
  }
  return cell(rows[a.length], b.length);
}

/** The candidate that was most likely meant, if one is close enough to be worth naming. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .sort((one, other) => one.edits - other.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= limit ? best.candidate : undefined;
}
