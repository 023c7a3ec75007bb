/** What a run hands over is measured in bytes of JSON, as Temporal does. */
import { latestWithin } from '../../src/workflows/latest-within';

const bytesOf = (list: readonly unknown[]) => Buffer.byteLength(JSON.stringify(list));
const keys = (key: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    key,
    id: `INC-2026-12-07-${index}`,
    at: 1765094400000,
    fingerprint: 'f'.repeat(22),
  }));

describe('latestWithin', () => {
  test.each([
    ['ASCII', 'k'.repeat(200)],
    ['characters of three bytes', '\u20ac'.repeat(200)],
    ['quotes, which JSON writes with two', '"'.repeat(200)],
    ['control characters, which JSON writes with six', '\u0001'.repeat(200)],
  ])('%s: five thousand keys of 200 characters stay within the bytes, and the latest are kept', (_, key) => {
    const list = keys(key, 5_000);
    const kept = latestWithin(list, 1_800_000);
    expect(bytesOf(kept)).toBeLessThanOrEqual(1_800_000);
    expect(kept).toEqual(list.slice(-kept.length));
    const more = list.slice(-kept.length - 1);
    if (kept.length < list.length) expect(bytesOf(more) + 1).toBeGreaterThan(1_800_000);
  });

  test('keys as the API makes them all fit', () => {
    expect(latestWithin(keys('6b0c0a2e-7e0b-4c55-9f0e-0d2a7c9d1b11', 5_000), 1_800_000)).toHaveLength(5_000);
  });
});
