/**
 * Owns the alerts of an incident on its page: what fires, with the runbook, for somebody who was
 * just woken; what has ended, in short. Knows no HTTP.
 */
import type { ProcessView } from '../../contracts/view';
import { localTime, relative } from '../terminal/format';
import type { Layout } from '../terminal/table';
import { cleanLine, wrap } from '../terminal/text';

const mostShown = 10;
type Alert = NonNullable<ProcessView['alerts']>['shown'][number];

/** The block of the alerts; empty for an incident without any. */
export function incidentAlertLines({ alerts }: ProcessView, now: number, layout: Layout): string[] {
  if (alerts === undefined || alerts.all === 0) return [];
  const { all, firing, further, shown } = alerts;
  const heading = firing === 0 ? `ALERTS (none fires, ${all} in all)` : `ALERTS (${firing} firing, ${all} in all)`;
  const listed = shown.slice(0, mostShown);
  const more = all - listed.length;
  return [
    layout.style(firing === 0 ? 'strong' : 'bad', heading),
    ...listed.flatMap((alert) => (alert.state === 'firing' ? firingLines(alert, now, layout) : endedLines(alert, now))),
    ...(more > 0 ? [`  and ${more} more${further > 0 ? `, of which ${further} are only counted` : ''}`] : []),
  ];
}

function firingLines(alert: Alert, now: number, layout: Layout): string[] {
  const { title, source, severity, service, firstAt, count, flaps, runbook, links } = alert;
  const facts = [
    `${source}${severity === undefined ? '' : ` ${severity}`}`,
    ...(service === undefined ? [] : [service]),
    `since ${localTime(Date.parse(firstAt), now)}, ${relative(Date.parse(firstAt), now)}`,
    ...(count > 1 ? [`said ${count} times`] : []),
    ...(flaps ? ['flaps'] : []),
  ];
  const words = wrap(cleanLine(`${title} (${facts.join(', ')})`), layout.width - 2);
  // An address on a line of its own can be opened with a click.
  const address = runbook === undefined ? links[0] && `${links[0].title}: ${links[0].url}` : `runbook: ${runbook}`;
  return [...words.map((line) => `  ${line}`), ...(address === undefined ? [] : [`    ${cleanLine(address)}`])];
}

function endedLines({ title, endedAt, fellSilent, lastAt }: Alert, now: number): string[] {
  if (fellSilent) return [`  last heard ${localTime(Date.parse(lastAt), now)}  ${cleanLine(title)}`];
  return [`  ended ${localTime(Date.parse(endedAt ?? lastAt), now)}  ${cleanLine(title)}`];
}
