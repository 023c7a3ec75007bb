/**
 * Owns tables for reading: no borders, gutters of three, wide characters counted, fitted to the
 * screen. Knows no contents.
 */
import { cut, cleanLine, pad, width, wrap } from './text';
import type { Style, Tone } from './style';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly tone?: (row: Row) => Tone;
  /**
   * May be cut (with `wrap`: broken into lines, last column only) when the screen is too narrow.
   */
  readonly gives?: 'cut' | 'wrap';
  /** Shown under `-o wide` only. */
  readonly wide?: true;
}

export interface Layout {
  /** Columns of the screen. */
  readonly width: number;
  /** Every column, nothing cut. */
  readonly wide: boolean;
  readonly style: Style;
}

const gutter = '   ';
const least = 8;

/** The table in lines, its heading first. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], layout: Layout): string[] {
  const shown = columns.filter((column) => layout.wide || !column.wide);
  const cells = rows.map((row) => shown.map((column) => cleanLine(column.cell(row))));
  const widths = fit(
    shown.map((column, index) => Math.max(width(column.title), ...cells.map((row) => width(row[index] ?? '')))),
    shown,
    layout,
  );
  const heading = join(
    shown.map((column, index) => cut(column.title, widths[index] ?? 0)),
    widths,
  );
  return [
    layout.style('strong', heading),
    ...rows.flatMap((row, at) => rowLines(row, cells[at] ?? [], shown, widths, layout)),
  ];
}

function rowLines<Row>(row: Row, cells: string[], shown: readonly Column<Row>[], widths: number[], { style }: Layout) {
  const last = shown.length - 1;
  const tail = shown[last]?.gives === 'wrap' ? wrap(cells[last] ?? '', widths[last] ?? 0) : undefined;
  const paint = (text: string, index: number) => style(shown[index]?.tone?.(row) ?? 'plain', text);
  const texts = cells.map((cell, index) => (tail && index === last ? (tail[0] ?? '') : cut(cell, widths[index] ?? 0)));
  const first = texts
    .map((text, index) => paint(text, index) + blanks(text, index, widths))
    .join('')
    .trimEnd();
  const indent = widths.slice(0, last).reduce((sum, columns) => sum + columns + gutter.length, 0);
  return [first, ...(tail?.slice(1) ?? []).map((line) => ' '.repeat(indent) + paint(line, last))];
}

function blanks(text: string, index: number, widths: number[]): string {
  return index === widths.length - 1 ? '' : ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(text))) + gutter;
}

function join(texts: string[], widths: number[]): string {
  return texts
    .map((text, index) => text + blanks(text, index, widths))
    .join('')
    .trimEnd();
}

// The widest of the columns that may shrink is narrowed first, so that several columns share the
// loss.
function fit<Row>(natural: number[], columns: readonly Column<Row>[], { width: room, wide }: Layout): number[] {
  const widths = [...natural];
  if (wide) return widths;
  let excess = widths.reduce((sum, columns) => sum + columns, 0) + gutter.length * (widths.length - 1) - room;
  while (excess > 0) {
    const giving = widths
      .map((columnWidth, index) => ({ columnWidth, index }))
      .filter(({ columnWidth, index }) => columns[index]?.gives !== undefined && columnWidth > least)
      .sort((a, b) => b.columnWidth - a.columnWidth)[0];
    if (!giving) break;
    widths[giving.index] = giving.columnWidth - 1;
    excess -= 1;
  }
  return widths;
}

/** `label   value` pairs in two columns, long values wrapped. */
export function pairs(
  entries: readonly (readonly [string, string, Tone?])[],
  { width: room, style }: Layout,
): string[] {
  const labels = Math.max(0, ...entries.map(([label]) => width(label)));
  return entries.flatMap(([label, value, tone]) =>
    wrap(value, Math.max(20, room - labels - gutter.length)).map(
      (line, index) => pad(index === 0 ? label : '', labels) + gutter + style(tone ?? 'plain', line),
    ),
  );
}
