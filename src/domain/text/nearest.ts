/**
 * Owns "did you mean": the known names closest to a mistyped one. Knows nothing of what the names
 * stand for.
 */

/**
 * Up to `limit` of `candidates`, closest to `name` by edit distance first. Candidates that are too
 * far off are left out.
 */
export function nearest(name: string, candidates: readonly string[], limit = 3): string[] {
  const wanted = name.toLowerCase().slice(0, 120);
  const tolerance = Math.max(2, Math.floor(wanted.length / 2));
  return candidates
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) =>
        // A distance as long as the longer name means that the two have nothing in common.
        // Otherwise a comma or an empty name would suggest every short name.
        (distance <= tolerance && distance < Math.max(wanted.length, candidate.length)) ||
        (wanted !== '' && candidate.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** The sentence that names the unknown name and the known names that come close. */
export function unknownName(what: string, name: string, candidates: readonly string[]): string {
  const close = nearest(name, candidates);
  const shown = name.length > 60 ? `${name.slice(0, 60)}...` : name;
  if (close.length > 0) return `unknown ${what} "${shown}"; did you mean ${close.join(', ')}?`;
  return candidates.length === 0
    ? `unknown ${what} "${shown}"; there is none`
    : `unknown ${what} "${shown}"; known: ${candidates.slice(0, 8).join(', ')}${candidates.length > 8 ? ', ...' : ''}`;
}

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}
