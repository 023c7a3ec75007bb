/**
 * Owns how the secrets of a channel are hidden in what a tool says: the tool has seen them, and may
 * quote them whole or in part. Knows no channel, and does not cut: a cut comes afterwards, or the
 * beginning of a secret could remain.
 */

/** What stands in the place of a secret: the first that makes none together with what is left. */
const marks = ['(secret)', '[secret]', '<secret>', '\u25a0'];
/** A shorter secret could be an ordinary word, so it is not hidden. */
const shortestSecret = 4;
/** As many consecutive characters of a secret say too much of it; fewer could be a word. */
const tellingPart = 12;

/**
 * `text` without `secrets`, and without any part of them that is `tellingPart` long, also as they
 * stand in an address or in JSON. Takes about as long as `text` and the secrets are.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = [...new Set(secrets.filter(({ length }) => length >= shortestSecret).flatMap(spellingsOf))];
  if (known.length === 0) return text;
  const parts = partsOf(known.filter(({ length }) => length >= tellingPart));
  const short = known.filter(({ length }) => length < tellingPart);
  const places = [...short.flatMap((secret) => placesOf(text, secret)), ...tellingPlaces(text, parts)];
  if (places.length === 0) return text;
  const mark = marks.find((one) => known.every((secret) => !secret.includes(one[0]!) && !secret.includes(one.at(-1)!)));
  return mark === undefined ? marks[0]! : replaced(text, places, mark);
}

/** The secret as it is, as it stands in an address, and as it stands in JSON. */
function spellingsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  // Halves of a surrogate pair stand in no address.
  if (/\p{Surrogate}/u.test(secret)) return [secret, inJson];
  const inAddress = encodeURIComponent(secret);
  return [secret, inAddress, inAddress.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()), inJson];
}

type Place = readonly [from: number, to: number];

function placesOf(text: string, word: string): Place[] {
  const places: Place[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
    places.push([at, at + word.length]);
  return places;
}

/** All parts of the length that tells too much. */
function partsOf(secrets: readonly string[]): ReadonlySet<string> {
  const parts = new Set<string>();
  for (const secret of secrets)
    for (let at = 0; at + tellingPart <= secret.length; at++) parts.add(secret.slice(at, at + tellingPart));
  return parts;
}

/** Where such a part begins in `text`; places of one echo overlap. */
function tellingPlaces(text: string, parts: ReadonlySet<string>): Place[] {
  const places: Place[] = [];
  if (parts.size === 0) return places;
  for (let at = 0; at + tellingPart <= text.length; at++)
    if (parts.has(text.slice(at, at + tellingPart))) places.push([at, at + tellingPart]);
  return places;
}

/** `text` with one mark for each place; places that overlap are one. */
function replaced(text: string, places: readonly Place[], mark: string): string {
  const kept: string[] = [];
  let end = 0;
  for (const [from, to] of places.toSorted(([one], [other]) => one - other)) {
    if (from >= end) kept.push(text.slice(end, from), mark);
    end = Math.max(end, to);
  }
  kept.push(text.slice(end));
  return kept.join('');
}
