/**
 * Owns how a request becomes what a channel gets: the words, the body, the links, and where the
 * channel reaches whom, looked up at the moment of the attempt. Knows no channel and no rule about
 * who is meant.
 */
import {
  addressesFor,
  nameOf,
  own,
  serviceLinks,
  templateOf,
  textOf,
  type Directory,
  type FollowRequest,
  type SendRequest,
} from '../domain';
import type { Addressee, Component, Following, Message } from './channel';
import { withNames, localized } from './localize';
import { acknowledgeUrl, wireBody, type WireLinks } from './wire';

/** A page is read in a hurry. */
const mostLinks = 20;

interface Around {
  readonly directory: () => Directory;
  readonly links: WireLinks;
  readonly words: (request: SendRequest) => string;
  readonly zone: string;
  readonly processes: { report(id: string): Promise<{ title: string; markdown: string; html: string }> };
}

/** The message of `request` over a channel of `type`. */
export function addressedMessage(request: SendRequest, type: string, around: Around): Message {
  const { directory, links, words } = around;
  const known = directory();
  const acknowledge = acknowledgeUrl(request, links);
  return {
    // Links and names are not in the body: its bytes must not change when services.yaml or
    // people.yaml does between two attempts.
    request: {
      ...request,
      text: wordsFor(request, known, around),
      ...(request.public ? {} : { links: withStanding(request, known) }),
    },
    body: wireBody({ ...request, text: words(request) }, links),
    to:
      request.kind === 'announce'
        ? audienceOf(request, type, known)
        : personOf(request.recipient, request.channel, type, known),
    urls: { process: links.processUrl(request.process), ...(acknowledge === undefined ? {} : { acknowledge }) },
    components: componentsOf(request.process.services, known),
  };
}

/** What the tool behind `request.channel`, of `type`, is told. */
export function followingOf(request: FollowRequest, type: string, around: Around): Following {
  const { directory, links, processes, zone } = around;
  const known = directory();
  const { fields } = request;
  return {
    request: {
      ...request,
      text: localized(fields === undefined ? request.text : templateOf(withNames(fields, known)), zone),
      entries: request.entries.map(({ by, text, ...entry }) => ({
        ...entry,
        ...(by === undefined ? {} : { by: nameOf(by, known.people) }),
        text: localized(text, zone),
      })),
      links: withStanding(request, known),
    },
    url: links.processUrl(request.process),
    people: request.people.map((person) => ({ person, ...personOf(person, request.channel, type, known) })),
    components: componentsOf(request.process.services, known),
    report: () => processes.report(request.process.id),
  };
}

// The public is told nothing of where we are: UTC.
function wordsFor(request: SendRequest, known: Directory, { words, zone }: Around): string {
  const { fields } = request;
  if (request.public || fields === undefined || fields.public)
    return localized(words(request), request.public ? 'UTC' : zone);
  const byName = withNames(fields, known);
  return localized(words({ ...request, fields: byName, text: textOf(byName) }), zone);
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
 * The audience `affected-teams` is the teams of the services: wherever each of them, or the service
 * itself, says it is reached.
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
