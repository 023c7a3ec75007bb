/**
 * Owns coverage in words for people: the fault, the times, the place and the change that would
 * help. Times are on the clock of the calendar. Knows no rule.
 */
import type { CoverageItem, CoverageView, CoverageWhere } from '../../contracts/coverage-view';
import { showInstants } from '../../contracts/instant-text';
import { counted, duration } from '../terminal/format';
import { pairs, type Layout } from '../terminal/table';
import { cleanLine } from '../terminal/text';
import { zonedClock } from '../client/when';

/** How many lines of times and of places are shown without `-o wide`. */
const most = { error: 4, note: 2 };

/** `inPart`: part of the configuration could not be read. */
export function coverageLines(answer: CoverageView, layout: Layout, inPart = false): string[] {
  const { style } = layout;
  const time = zonedClock(answer.zone, Date.parse(answer.from));
  const head = [
    style('strong', `${time(Date.parse(answer.from))} to ${time(Date.parse(answer.to))}`),
    `${answer.days} days, times in ${answer.zone}`,
  ].join('   ');
  return [
    head,
    ...pairs(
      [
        ['services', answer.services.join(', ')],
        ['severities', answer.severities.join(' ')],
        ['templates', answer.templates.join(', ')],
      ],
      layout,
    ),
    ...answer.items.flatMap((item) => ['', ...itemLines(item, answer, time, layout)]),
    '',
    verdict(answer, inPart, layout),
  ];
}

function verdict({ errors, notes }: CoverageView, inPart: boolean, { style }: Layout): string {
  const noted = notes === 0 ? '' : ` ${counted(notes, 'note')}.`;
  if (errors === 0 && inPart)
    return style('bad', `Of what could be read nothing is wrong; the rest was not looked at.${noted}`);
  return errors === 0
    ? style('good', `Every page reaches somebody, and in time.${noted}`)
    : style('bad', `${counted(errors, 'error')}.${noted}`);
}

function itemLines(item: CoverageItem, answer: CoverageView, time: (at: number) => string, layout: Layout): string[] {
  const tone = item.level === 'error' ? 'bad' : 'warn';
  const label = item.level === 'error' ? 'ERROR' : item.allowed ? 'allowed' : 'note';
  const said = (text: string) => showInstants(cleanLine(text), (instant) => time(Date.parse(instant)));
  const whens = timesOf(item, answer, time);
  const places = item.where.map((where) => placeOf(where, answer));
  const shown = (lines: readonly string[], more: (left: number) => string) =>
    layout.wide || lines.length <= most[item.level]
      ? lines
      : [...lines.slice(0, most[item.level] - 1), more(lines.length - most[item.level] + 1)];
  const all = item.times.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
  return pairs(
    [
      [label, `${said(item.what)} [${item.kind}]`, tone],
      ...shown(whens, (left) => `and ${left} more times, ${duration(all)} in all (-o wide)`).map(
        (line, index) => [index === 0 ? '  when' : '', line] as const,
      ),
      ...shown(places, (left) => `and ${left} more ladders (-o wide)`).map(
        (line, index) => [index === 0 ? '  where' : '', line] as const,
      ),
      ['  change', said(item.change)] as const,
    ],
    layout,
  );
}

function timesOf({ times }: CoverageItem, answer: CoverageView, time: (at: number) => string): string[] {
  const [first] = times;
  if (times.length === 1 && first!.from === answer.from && first!.to === answer.to) return ['all the time'];
  return times.map(({ from, to }) => {
    const [begin, end] = [Date.parse(from), Date.parse(to)];
    return `${time(begin)} to ${time(end)} (${duration(end - begin)})`;
  });
}

function placeOf(
  { process, template, ladder, rungs, severities, services }: CoverageWhere,
  answer: CoverageView,
): string {
  const named = services.flatMap((service) => service ?? []);
  const every = named.length > 1 && named.length === answer.services.length;
  const about = every
    ? 'every service'
    : [...named, ...(services.includes(null) ? ['no service named'] : [])].join(', ');
  const what = rungs.length === 0 ? '' : `, ${rungs.length === 1 ? 'rung' : 'rungs'} ${ranges(rungs)}`;
  const of = template === undefined ? '' : ` of ${template}`;
  return `${process} ${ladder}${of}${what}: ${severities.join(' ')}, ${about}`;
}

function ranges(numbers: readonly number[]): string {
  const last = numbers.at(-1)!;
  return numbers.length > 2 && last - numbers[0]! === numbers.length - 1 ? `${numbers[0]}-${last}` : numbers.join(', ');
}
