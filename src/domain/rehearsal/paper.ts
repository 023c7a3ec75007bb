/** Owns a rehearsal as Markdown and as calendar events. Knows nothing of terminals. */
import type { AgendaLineView, RehearsalView } from '../../contracts/rehearsal-view';
import { noLevel } from '../state/severity';
import { formatDuration } from '../time/duration';
import { calendarText, utc, type CalendarEvent } from '../text/ics';
import { asEntry } from '../text/markdown-text';

const shortestMs = 60_000;

/** The agenda as a Markdown table. Times are UTC, with the time since the beginning. */
export function rehearsalMarkdown(answer: RehearsalView): string {
  const { kind, severity, services, template, zone, at, targetAt, agenda, missed, exhausted, paged } = answer;
  const rows = agenda
    .filter(({ type }) => type !== 'ended')
    .map((line) => {
      const cells = [
        line.at.replace('T', ' ').slice(0, 19),
        formatDuration(line.after),
        line.type,
        wordsOf(line),
        whoOf(line),
      ];
      return `| ${cells.map(inCell).join(' | ')} |`;
    });
  return [
    `# Rehearsal: ${severity === noLevel ? '' : `${severity} `}${kind}${services.length === 0 ? '' : ` of ${services.join(', ')}`}`,
    '',
    `- **Begins**: ${at} (calendar: ${zone})`,
    ...(targetAt === undefined ? [] : [`- **Target**: ${targetAt}`]),
    `- **Template**: ${template.name} ${template.version}`,
    `- **Pages**: ${paged}`,
    `- **Missed**: ${missed.join(', ') || 'nothing'}`,
    ...(exhausted.length === 0 ? [] : [`- **Ladders at their end**: ${exhausted.join(', ')}`]),
    '',
    '| UTC | After | What | About | Who |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/**
 * Pages, reminders, rungs that reach nobody, misses and exhausted ladders as events of a calendar.
 * `id` tells rehearsals apart that begin at the same instant. A calendar with the same `id`
 * replaces the events of an earlier one.
 */
export function rehearsalCalendar(answer: RehearsalView, id: string): string {
  const wanted = answer.agenda.filter(({ type }) => ['page', 'remind', 'nobody', 'missed', 'exhausted'].includes(type));
  const events = wanted.map((line, index): CalendarEvent => {
    const from = Date.parse(line.at);
    return {
      uid: `rehearsal-${utc(Date.parse(answer.at))}-${id}-${index + 1}@muster`,
      from,
      to: from + shortestMs,
      summary: `${line.type}: ${wordsOf(line)}`,
      ...(line.recipients.length === 0 ? {} : { description: whoOf(line) }),
    };
  });
  return calendarText(`Rehearsal: ${answer.title}`, events, Date.parse(answer.at));
}

function wordsOf({ about, text, rung, late }: AgendaLineView): string {
  const words = about.length > 0 ? about.join(', ') : text;
  return `${words}${rung === undefined ? '' : `, rung ${rung}`}${late >= 1000 ? `, ${formatDuration(late)} late` : ''}`;
}
function whoOf({ recipients }: AgendaLineView): string {
  return recipients
    .map(
      ({ name, as, channel }) =>
        `${name}${as === undefined ? '' : ` (${as})`} ${channel === undefined ? 'not reached' : `by ${channel}`}`,
    )
    .join('; ');
}
function inCell(text: string): string {
  return asEntry(text).replaceAll('|', '\\|');
}
