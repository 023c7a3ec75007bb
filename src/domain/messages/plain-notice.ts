/**
 * Owns a message that is about no process and is meant for people who keep Muster: whom it is for
 * and what a request to send it holds. Pure.
 */
import type { Directory, Instant, NoticeAbout, NoticeRecipient, RecipientRef, SendRequest } from '../model';
import { resolveRecipients } from '../on-call/recipients';
import { noLevel } from '../state/severity';
import { own } from '../text/own';
import { given } from '../../given';

/** `unmatched-to` of alerts.yaml, and the channels of each audience. */
export interface NoticeReaders {
  /** Audiences, people, roles, teams and schedules; none means the primary of the default team. */
  readonly to: readonly string[];
  readonly audiences: Readonly<Record<string, readonly string[]>>;
}
const nobodyElse: NoticeAbout = { services: [], people: [] };

/**
 * The people whom `readers` means, as references, and those whom the notice is about: whoever is on
 * call for the services, and these people.
 */
export function refsOfReaders(
  { to, audiences }: NoticeReaders,
  { services, people }: NoticeAbout = nobodyElse,
): RecipientRef[] {
  const named = (names: readonly string[]) => names.map((name) => ({ kind: 'name', name }) as const);
  const primary = (of: readonly string[]) => ({ kind: 'slot', slot: 'primary', services: of }) as const;
  return [
    ...(to.length === 0 ? [primary([])] : named(to.filter((name) => own(audiences, name) === undefined))),
    ...(services.length === 0 ? [] : [primary(services)]),
    ...named(people),
  ];
}

/** Whom it is for at `at`, each once. Nobody is called for it: people hear of it silently. */
export function noticeRecipients(
  readers: NoticeReaders,
  directory: Directory,
  at: Instant,
  about?: NoticeAbout,
): NoticeRecipient[] {
  const audiences = readers.to.flatMap((recipient) => {
    const channels = own(readers.audiences, recipient);
    return channels === undefined ? [] : [{ recipient, kind: 'announce' as const, channels }];
  });
  const rung = { deadline: 'notice', rung: 'notice', to: refsOfReaders(readers, about) };
  const asked = { process: 'notice', drill: false, drillChannels: [], rungs: [rung] };
  const [found] = resolveRecipients(asked, directory, at).rungs;
  const people = found!.people.map(({ person, reach, quiet = reach }) => ({
    recipient: person,
    kind: 'remind' as const,
    channels: quiet,
  }));
  return [...audiences, ...people];
}

/** What a notice says, to every reader the same. */
export interface PlainNotice {
  readonly key: string;
  readonly at: Instant;
  /** Stands where a message has its process: `alerts`. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly why: string;
}

/** One message of the notice, over one channel. `isLast`: no channel is left if this one fails. */
export function plainRequest(
  { key, at, id, title, text, why }: PlainNotice,
  { recipient, kind }: NoticeRecipient,
  channel: string,
  isLast: boolean,
): SendRequest {
  return {
    key: `${key}/${recipient}/${channel}`,
    kind,
    // It is about no process; what stands here is shown nowhere.
    process: {
      ...{ id, title },
      kind: 'incident',
      severity: noLevel,
      level: { rank: 3, of: 4 },
      status: 'resolved',
      services: [],
      drill: false,
    },
    notice: true,
    deadlines: [],
    rung: null,
    nominalAt: at,
    recipient,
    channel,
    late: 0,
    text,
    why,
    canAcknowledge: false,
    links: [],
    public: false,
    ...given({ otherWays: kind === 'remind' && !isLast ? (true as const) : undefined }),
  };
}
