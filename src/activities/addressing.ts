/**
 * Owns how a request becomes the message that a channel gets: the words, the body, the links and
 * the addresses of the recipients. Names and addresses are looked up at the moment of the attempt.
 * Knows no channel, and no rule about which people a message is for.
 */
import {
  addressesFor,
  iso,
  nameOf,
  own,
  serviceLinks,
  standingText,
  whyOf,
  written,
  type Directory,
  type FollowRequest,
  type ProcessFields,
  type SendRequest,
  type Show,
} from '../domain';
import { given } from '../given';
import { clockTime } from '../contracts/clock-time';
import type { Addressee, Component, Following, Message } from './channel';
import { acknowledgeUrl, wireBody, type WireLinks } from './wire';

/** The most links that a message shows, because people read a page in a hurry. */
const mostLinks = 20;

interface Around {
  readonly directory: () => Directory;
  readonly links: WireLinks;
  readonly words: (request: SendRequest, show: Show) => string;
  readonly zone: string;
  readonly processes: { report(id: string): Promise<{ title: string; markdown: string; html: string }> };
}

/** The message of `request` over a channel of `type`. */
export function addressedMessage(request: SendRequest, type: string, around: Around): Message {
  const { directory, links, words } = around;
  const known = directory();
  const acknowledge = acknowledgeUrl(request, links);
  return {
    // The body has neither the links of the services nor the names of people: its bytes must stay
    // the same when services.yaml or people.yaml changes between two attempts.
    request: {
      ...request,
      ...wordsForPeople(request, known, around),
      ...(request.public ? {} : { links: withStanding(request, known) }),
    },
    body: wireBody(request, { text: words(request, iso), why: whyOf(request, iso) }, links),
    to:
      request.kind === 'announce'
        ? audienceOf(request, type, known)
        : personOf(request.recipient, request.channel, type, known),
    urls: { process: links.processUrl(request.process), ...(acknowledge === undefined ? {} : { acknowledge }) },
    components: componentsOf(request.process.services, known),
  };
}

/** The news in `request` for the tool behind `request.channel`, a channel of `type`. */
export function followingOf(request: FollowRequest, type: string, around: Around): Following {
  const { directory, links, processes, zone } = around;
  const known = directory();
  const show: Show = (at) => clockTime(at, zone);
  return {
    request: {
      ...request,
      text: request.fields === undefined ? request.text : standingText(withNames(request.fields, known), show),
      entries: request.entries.map(({ by, text, ...entry }) => ({
        ...entry,
        ...(by === undefined ? {} : { by: nameOf(by, known.people) }),
        text: written(text, show),
      })),
      links: withStanding(request, known),
    },
    url: links.processUrl(request.process),
    people: request.people.map((person) => ({ person, ...personOf(person, request.channel, type, known) })),
    components: componentsOf(request.process.services, known),
    report: () => processes.report(request.process.id),
  };
}

// A person reads instants on a clock of their own (`zone` in people.yaml), everybody else on the
// clock of the calendar. Words for the public do not give away where the organisation is: instants
// are in UTC, and nobody is named.
function wordsForPeople(
  request: SendRequest,
  known: Directory,
  { words, zone }: Around,
): { text: string; why: string; subject?: string } {
  const { fields } = request;
  const reader = request.kind === 'announce' ? undefined : own(known.people, request.recipient);
  const show: Show = (at) => clockTime(at, request.public ? 'UTC' : (reader?.zone ?? zone));
  const named =
    request.public || fields === undefined || fields.public
      ? request
      : { ...request, fields: withNames(fields, known) };
  const subject = fields === undefined || fields.public ? undefined : fields.subject;
  return {
    text: words(named, show),
    why: whyOf(request, show),
    ...given({ subject: subject && written(subject, show) }),
  };
}

/**
 * `fields` with the names of commander and release manager instead of their ids. Programs get the
 * ids (wire.ts).
 */
function withNames<F extends ProcessFields>(fields: F, { people }: Directory): F {
  const nameOrNull = (id: string | null) => (id === null ? null : nameOf(id, people));
  return { ...fields, commander: nameOrNull(fields.commander), manager: nameOrNull(fields.manager) };
}

function withStanding({ links, process }: SendRequest | FollowRequest, known: Directory): SendRequest['links'] {
  const standing = serviceLinks(process.services, known).map(({ service, name, to }) => ({
    relation: name,
    to,
    title: `${service} ${name}`,
  }));
  return [...links, ...standing].slice(0, mostLinks);
}

function personOf(id: string, channel: string, type: string, { people }: Directory): Addressee {
  const person = own(people, id);
  return { name: nameOf(id, people), addresses: addressesFor(person?.addresses, channel, type) };
}

/**
 * The addresses of an audience. `affected-teams` means the teams of the services: for each service
 * its own addresses, or else the addresses of its team. If no service and no team has an address,
 * the addresses of the audience itself count.
 */
function audienceOf({ recipient, channel, process }: SendRequest, type: string, known: Directory): Addressee {
  const addresses =
    recipient === 'affected-teams'
      ? process.services.flatMap((service) => {
          const found = own(known.services, service);
          const team = found && own(known.teams, found.team);
          const ofService = addressesFor(found?.addresses, channel, type);
          return ofService.length > 0 ? ofService : addressesFor(team?.addresses, channel, type);
        })
      : [];
  const general = addressesFor(known.audiences && own(known.audiences, recipient)?.addresses, channel, type);
  return { name: recipient, addresses: [...new Set(addresses.length > 0 ? addresses : general)] };
}

function componentsOf(services: readonly string[], known: Directory): Component[] {
  return services.map((service) => {
    const { name, component } = own(known.services, service)?.statusPage ?? {};
    return { service, ...(name === undefined ? {} : { name }), ...(component === undefined ? {} : { id: component }) };
  });
}
