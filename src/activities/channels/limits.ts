/** Owns how text and links are cut and checked to fit what a vendor takes. Knows no vendor. */

/** `text`, cut to at most `max` bytes of UTF-8, never inside a character. */
export function cutToBytes(text: string, max: number): string {
  if (Buffer.byteLength(text) <= max) return text;
  const ellipsis = '…';
  let room = max - Buffer.byteLength(ellipsis);
  let kept = '';
  for (const character of text) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + ellipsis;
}

/** `text`, cut to at most `max` UTF-16 units (what most vendors count), never inside a character. */
export function cutTo(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** `text` on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A vendor's own address for people: undefined unless it is http or https, holds no password and is of a sane length. */
export function linkFrom(address: string | undefined): string | undefined {
  if (address === undefined || address.length > 2_000 || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url.href : undefined;
}

/** `path` under the base address `url`, which may itself have a path (an in-house proxy). */
export function under(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}${path}`;
}
