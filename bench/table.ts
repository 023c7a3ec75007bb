/**
 * Owns how results are judged and shown: rows with the allowed beside the measured number. Knows
 * nothing of the measurements.
 */

export interface Row {
  readonly what: string;
  readonly measured: string;
  /** The measured number of the floor, for comparisons with a floor. */
  readonly floor?: string;
  readonly allowed: string;
  readonly ok: boolean;
  /** Further remarks, such as the spread between rounds. */
  readonly note?: string;
}

/** A row for a measured number (followed by `unit`) that must not be above `allowed`. */
export function atMost(what: string, measured: number, allowed: number, unit = '', note = ''): Row {
  return {
    what,
    measured: `${short(measured)}${unit}`,
    allowed: `${short(allowed)}${unit}`,
    ok: measured <= allowed,
    note,
  };
}

/** One round of Muster against the floor, both in ms. */
export interface Round {
  readonly ours: number;
  readonly floor: number;
}

/**
 * A row whose median ratio over all rounds must not be above `allowed`; Infinity allows everything.
 */
export function ratioRow(what: string, rounds: readonly Round[], allowed: number, note = ''): Row {
  const ratios = rounds.map(({ ours, floor }) => ours / floor);
  const ms = (pick: (round: Round) => number) => `${short(median(rounds.map(pick)))} ms`;
  const spread = `${rounds.length} rounds, ratio ${short(Math.min(...ratios))} to ${short(Math.max(...ratios))}`;
  return {
    what,
    measured: `${short(median(ratios))}x (${ms(({ ours }) => ours)})`,
    floor: ms(({ floor }) => floor),
    allowed: Number.isFinite(allowed) ? `${allowed}x` : '-',
    ok: median(ratios) <= allowed,
    note: note === '' ? spread : `${spread}; ${note}`,
  };
}

/** The table as text: numbers first, notes last. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ what, measured, floor, allowed, ok, note }) => [
    what,
    measured,
    floor ?? '-',
    allowed,
    allowed === '-' ? '' : ok ? 'ok' : 'over',
    note ?? '',
  ]);
  const all = [['what', 'measured', 'floor', 'allowed', '', 'note'], ...cells];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three significant digits: a bench cannot promise more. */
export function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

/** The smallest of `values` that at least `share` (0 to 1) of them do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The straight line of least squares through the points. */
export function fit(points: readonly { readonly x: number; readonly y: number }[]): {
  readonly slope: number;
  readonly base: number;
} {
  const mean = (pick: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const slope = mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
  return { slope, base: y - slope * x };
}
