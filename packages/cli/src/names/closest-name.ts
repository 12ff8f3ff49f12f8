/** The most likely meaning of a mistyped name. */

/**
 * The candidate that takes the fewest edits to reach, or undefined when none is near: at most one edit for three characters, and two in
 * all. An edit inserts, removes or replaces a character, or swaps two neighbours. Case does not count.
 */
export function closestName(typed: string, candidates: readonly string[]): string | undefined {
  const limit = Math.min(2, Math.max(1, Math.floor(typed.length / 3)));
  let best: string | undefined;
  let bestCount = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - typed.length) > limit) continue;
    const count = editCount(typed.toLowerCase(), candidate.toLowerCase());
    if (count < bestCount) [best, bestCount] = [candidate, count];
  }
  return best;
}

/** The end of an error text: `; did you mean "market"?`, or nothing when no candidate is near. */
export function didYouMean(typed: string, candidates: readonly string[]): string {
  const found = closestName(typed, candidates);
  return found === undefined ? '' : `; did you mean ${JSON.stringify(found)}?`;
}

/** Edits from one text to the other: the optimal string alignment distance, with three rows of its matrix. */
function editCount(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const replaced = last[column - 1]! + Number(!isSame);
      const cheapest = Math.min(last[column]! + 1, next[column - 1]! + 1, replaced);
      next.push(isSwap ? Math.min(cheapest, beforeLast[column - 2]! + 1) : cheapest);
    }
    [beforeLast, last] = [last, next];
  }
  return last[to.length]!;
}
