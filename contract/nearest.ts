/** The word of `known` that `found` is most likely a slip of; null when none is near. */
export function nearest(found: string, known: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(found.length / 3));
  let best: { readonly word: string; readonly slips: number } | null = null;
  for (const word of known) {
    if (Math.abs(word.length - found.length) > limit) continue;
    const slips = slipsBetween(found.toLowerCase(), word.toLowerCase());
    if (slips <= limit && (best === null || slips < best.slips)) best = { word, slips };
  }
  return best?.word ?? null;
}

/** Letters added, left out, mistaken or swapped with their neighbour (optimal string alignment). */
function slipsBetween(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          row > 1 && column > 1 && swapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
