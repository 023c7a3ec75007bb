/**
 * Owns how a message speaks to people: instants as clocks show them, and who leads by name. Tools that read get RFC 3339 and ids instead
 * (wire.ts). Knows no channel.
 */
import { showInstants } from '../contracts/instant-text';
import { own, type Directory, type Instant, type ProcessFields } from '../domain';

/** `2026-11-25 16:59 UTC, 18:59 Europe/Athens`; the date again where it is another one there. */
export function clockTime(at: Instant, zone: string): string {
  const [utc, local] = [shownIn('UTC', at), shownIn(zone, at)];
  const everywhere = `${utc.date} ${utc.time} UTC`;
  if (isUtc(zone)) return everywhere;
  return `${everywhere}, ${local.date === utc.date ? '' : `${local.date} `}${local.time} ${zone}`;
}

/** `text` with its instants as clocks in UTC and in `zone` show them. */
export function spoken(text: string, zone: string): string {
  return showInstants(text, (instant) => clockTime(Date.parse(instant), zone));
}

/** `fields` with those who lead by name. */
export function named<F extends ProcessFields>(fields: F, { people }: Directory): F {
  const nameOrNull = (id: string | null) => (id === null ? null : nameOf(id, people));
  return { ...fields, commander: nameOrNull(fields.commander), manager: nameOrNull(fields.manager) };
}
/** Their name; of somebody who is not listed what they call themselves. */
export function nameOf(id: string, people: Directory['people']): string {
  return own(people, id)?.name ?? id;
}

function isUtc(zone: string): boolean {
  return /^(Etc\/)?(UTC|GMT)$/.test(zone);
}

const formats = new Map<string, Intl.DateTimeFormat>();
function shownIn(zone: string, at: Instant): { date: string; time: string } {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  formats.set(zone, format);
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return { date: `${part['year']}-${part['month']}-${part['day']}`, time: `${part['hour']}:${part['minute']}` };
}
