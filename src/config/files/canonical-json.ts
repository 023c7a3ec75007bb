/**
 * Owns the RFC 8785 form of a JSON value and its SHA-256: equal content, equal hash. Knows nothing
 * of what is hashed.
 */
import { createHash } from 'node:crypto';

/** JSON with sorted keys and no white space (RFC 8785). Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    // RFC 8785 sorts by UTF-16 code units, which is how JavaScript compares strings.
    members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** SHA-256, hex, of the canonical form. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
