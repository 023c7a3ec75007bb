/** Owns how much of a list fits into a payload. Knows nothing of what the list holds. */

/** The longest end of `list` that is at most `bytes` long as JSON in UTF-8. */
export function latestWithin<T>(list: readonly T[], bytes: number): T[] {
  const encoder = new TextEncoder();
  let room = bytes - '[]'.length;
  let from = list.length;
  for (; from > 0; from--) {
    room -= encoder.encode(JSON.stringify(list[from - 1])).length + ','.length;
    if (room < 0) break;
  }
  return list.slice(from);
}
