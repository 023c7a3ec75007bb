/** Owns how large a value is as JSON on the wire. */

/** Bytes of `value` as JSON in UTF-8; a pair of surrogates counts as 6 instead of 4. */
export function bytesOf(value: unknown): number {
  return textBytes(JSON.stringify(value));
}

/** Bytes of `text` in UTF-8, likewise. */
export function textBytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x80) bytes += unit < 0x800 ? 1 : 2;
  }
  return bytes;
}
