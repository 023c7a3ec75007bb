/**
 * Owns "did you mean": the known names closest to a mistyped one, and the names that a beginning
 * stands for. Of what the names stand for, knows only the short words that teams use for roles.
 */

/** Short words of the field, and the words that Muster's roles have instead. */
const longWords: Readonly<Record<string, string>> = {
  comm: 'communications',
  comms: 'communications',
  cs: 'customer-success',
  em: 'escalation-manager',
  eng: 'engineering',
  ic: 'commander',
  mgr: 'manager',
  rm: 'release-manager',
  tech: 'technical',
  tl: 'technical-lead',
};

/**
 * The names that `word` means: the very name, else each name that begins with it. None for an empty
 * word.
 */
export function startingWith(word: string, names: readonly string[]): string[] {
  if (names.includes(word)) return [word];
  const wanted = word.toLowerCase();
  return wanted === '' ? [] : names.filter((name) => name.toLowerCase().startsWith(wanted));
}

/** The name that `word` is, letters counting the same in either case; undefined for none. */
export function inAnyCase(word: string, names: readonly string[]): string | undefined {
  return names.find((name) => name === word) ?? names.find((name) => name.toLowerCase() === word.toLowerCase());
}

/**
 * Up to `limit` of `candidates`, closest to `name` by edit distance first. Candidates that are too
 * far off are left out.
 */
export function nearest(name: string, candidates: readonly string[], limit = 3): string[] {
  const typed = name.toLowerCase().slice(0, 120);
  const spellings = [...new Set([typed, inLongWords(typed)])];
  return [...new Set(candidates)]
    .flatMap((candidate) => {
      const close = spellings.flatMap((wanted) => closeness(wanted, candidate.toLowerCase()));
      return close.length === 0 ? [] : [{ candidate, distance: Math.min(...close) }];
    })
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

// `comms-lead` is `communications-lead`.
function inLongWords(name: string): string {
  return name
    .split('-')
    .map((word) => (Object.hasOwn(longWords, word) ? longWords[word] : word))
    .join('-');
}

// The edit distance, or nothing when the two are too far off.
function closeness(wanted: string, candidate: string): number[] {
  const tolerance = Math.max(2, Math.floor(wanted.length / 2));
  const apart = distance(wanted, candidate);
  // A distance as long as the longer name means that the two have nothing in common. Otherwise a
  // comma or an empty name would suggest every short name.
  const isNear = apart <= tolerance && apart < Math.max(wanted.length, candidate.length);
  return isNear || (wanted !== '' && candidate.includes(wanted)) ? [apart] : [];
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
