/**
 * Owns the daily line about alerts that fit no rule: when it is due, whom it is for, what it says.
 * Pure.
 */
import type {
  CompiledCalendar,
  Directory,
  Instant,
  NoticeRecipient,
  RecipientRef,
  SendRequest,
  UnmatchedNotice,
} from '../model';
import { resolveRecipients } from '../on-call/recipients';
import { noLevel } from '../state/severity';
import { instantOf, isBusinessDay, localOf } from '../time/calendar';
import { dayMs, minuteMs } from '../time/instants';
import { own } from '../text/own';
import { given } from '../../given';

/** The time of day of the line, in minutes after midnight. */
const timeOfDay = 10 * 60;
/** The guard of a calendar without a business day. */
const mostDays = 60;

/** The next 10:00 of a business day strictly after `at`. */
export function nextNoticeAt(calendar: CompiledCalendar, at: Instant): Instant {
  const { day: today } = localOf(calendar, at);
  for (let day = today; day < today + mostDays; day += 1) {
    const next = instantOf(calendar, { day, ms: timeOfDay * minuteMs }).at;
    if (next > at && isBusinessDay(calendar, day)) return next;
  }
  return at + dayMs;
}

/** `unmatched-to` of alerts.yaml, and the channels of each audience. */
export interface NoticeReaders {
  /** Audiences, people, roles, teams and schedules; none means the primary of the default team. */
  readonly to: readonly string[];
  readonly audiences: Readonly<Record<string, readonly string[]>>;
}

/** The people whom `readers` means, as references. */
export function refsOfReaders({ to, audiences }: NoticeReaders): RecipientRef[] {
  if (to.length === 0) return [{ kind: 'slot', slot: 'primary', services: [] }];
  return to.filter((name) => own(audiences, name) === undefined).map((name) => ({ kind: 'name', name }));
}

/** Whom the line is for at `at`, each once. Nobody is called for it: people hear of it silently. */
export function noticeRecipients(readers: NoticeReaders, directory: Directory, at: Instant): NoticeRecipient[] {
  const audiences = readers.to.flatMap((recipient) => {
    const channels = own(readers.audiences, recipient);
    return channels === undefined ? [] : [{ recipient, kind: 'announce' as const, channels }];
  });
  const rung = { deadline: 'alerts', rung: 'unmatched', to: refsOfReaders(readers) };
  const asked = { process: 'alerts', drill: false, drillChannels: [], rungs: [rung] };
  const [found] = resolveRecipients(asked, directory, at).rungs;
  const people = found!.people.map(({ person, reach, quiet = reach }) => ({
    recipient: person,
    kind: 'remind' as const,
    channels: quiet,
  }));
  return [...audiences, ...people];
}

/** The words of the line, for every reader the same. */
export function noticeText({ tally: { sources } }: UnmatchedNotice): string {
  const all = Object.values(sources).reduce((sum, { count }) => sum + count, 0);
  const lines = Object.entries(sources).map(
    ([source, { count, reasons }]) => `${source}: ${count} (${reasons.join('; ')})`,
  );
  return [
    `${all} ${all === 1 ? 'alert' : 'alerts'} fitted no rule, or could not be read: nobody was woken`,
    ...lines,
    'See them: muster alerts unmatched',
  ].join('\n');
}

/** One message of the line, over one channel. `isLast`: no channel is left if this one fails. */
export function noticeRequest(
  notice: UnmatchedNotice,
  { recipient, kind }: NoticeRecipient,
  channel: string,
  isLast: boolean,
): SendRequest {
  return {
    key: `${notice.key}/${recipient}/${channel}`,
    kind,
    // It is about no process; what stands here is shown nowhere.
    process: {
      id: 'alerts',
      kind: 'incident',
      title: 'Alerts that fit no rule',
      severity: noLevel,
      level: { rank: 3, of: 4 },
      status: 'resolved',
      services: [],
      drill: false,
    },
    notice: true,
    deadlines: [],
    rung: null,
    nominalAt: notice.at,
    recipient,
    channel,
    late: 0,
    text: noticeText(notice),
    why: 'alerts.yaml says that you hear of alerts that fit no rule',
    canAcknowledge: false,
    links: [],
    public: false,
    ...given({ otherWays: kind === 'remind' && !isLast ? (true as const) : undefined }),
  };
}
