/** Instants for tests that run on today's clock. */

/** 09:00 UTC on the first Wednesday at least `days` ahead: a working day whose neighbours are too. */
export function localNine(days: number): number {
  const at = new Date(Date.now() + days * 86_400_000);
  at.setUTCHours(9, 0, 0, 0);
  while (at.getUTCDay() !== 3) at.setUTCDate(at.getUTCDate() + 1);
  return at.getTime();
}
export function iso(at: number): string {
  return new Date(at).toISOString();
}
