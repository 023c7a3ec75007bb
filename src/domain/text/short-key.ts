/**
 * Owns the form of an identity that is not too long, in which the keys of senders are kept, and a
 * number that stands for a text.
 */

const longest = 255;

/**
 * The identity in at most 255 characters: a longer one keeps its beginning, and the rest as a
 * number that another rest has once in 2^64.
 */
export function shortKey(key: string): string {
  return key.length <= longest ? key : `${key.slice(0, longest - 17)}#${shortHash(key)}`;
}

/** 16 letters that stand for `text`. */
export function shortHash(text: string): string {
  let [high, low] = [0x811c9dc5, 0xc2b2ae35];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ (unit + index), 0x85ebca6b);
  }
  const hex = (number: number) => (number >>> 0).toString(16).padStart(8, '0');
  return `${hex(high)}${hex(low)}`;
}
