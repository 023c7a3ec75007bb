/**
 * Drives the pure rules through virtual time as a workflow does: inputs first, then everything due.
 * The directory and the fake channels, which can be told to fail, answer the effects. Tests read
 * like a script: `story().at('3m', ack())`.
 */
import { createHash } from 'node:crypto';
import {
  teamsOf,
  teamsOfImpact,
  timelineOf,
  VirtualRun,
  type Accepted,
  type Actor,
  type CommandBody,
  type Directory,
  type CommandHeader,
  type FollowRequest,
  type FollowResult,
  type Instant,
  type Policy,
  type ProcessCommandName,
  type Refused,
  type SendRequest,
  type StartInput,
} from '../../src/domain';
import { parseDuration } from '../../src/domain/time/duration';
import { incidentPolicy, releasePolicy, t0 } from './policy';

const person = (name: string, ...roles: string[]) => ({ name, roles, reach: ['inbox'] });
export const directory: Directory = {
  people: {
    ana: person('Ana', 'ceo'),
    bruno: person('Bruno', 'cto'),
    chiara: person('Chiara', 'vp-engineering'),
    dimitris: person('Dimitris', 'engineering-manager'),
    emeka: person('Emeka', 'team-lead'),
    fatima: person('Fatima'),
    giorgos: person('Giorgos'),
    hana: person('Hana'),
    ingrid: person('Ingrid', 'qa-lead'),
    jonas: person('Jonas', 'release-manager'),
    mateo: person('Mateo', 'communications-lead'),
    nadia: person('Nadia'),
  },
  teams: {
    platform: {
      primary: 'fatima',
      secondary: 'giorgos',
      'escalation-manager': 'hana',
      approvers: ['ingrid', 'dimitris', 'jonas'],
    },
  },
  services: { payments: { team: 'platform' } },
  defaultTeam: 'platform',
};

/** Whose the services are that a body names, as the API says with `record-impact`. */
function teamsIn(body: object, from: Directory): Pick<CommandHeader, 'teams'> {
  if (!('services' in body || 'addServices' in body)) return {};
  return { teams: teamsOfImpact(body as CommandBody<'record-impact'>, from) };
}

export function actorOf(id: string, from: Directory = directory): Actor {
  const entry = from.people[id];
  return {
    person: id,
    known: entry !== undefined,
    roles: entry?.roles ?? [],
    approves: Object.keys(from.services).filter((service) =>
      from.teams[from.services[service]!.team]?.approvers?.includes(id),
    ),
  };
}

/**
 * A process in virtual time, in the words of the tests: `until('5m')`, `at('2m', 'acknowledge',
 * {})`, `pages()`.
 */
export class Story extends VirtualRun {
  /** Channels or `person/channel` pairs that refuse for good. */
  readonly broken: Set<string>;
  directory: Directory;
  private keys = 0;

  /** `first`: the directory from the very beginning on. */
  constructor(input: StartInput, first: Directory = directory) {
    // The constructor of the run asks for these before the fields of this class exist.
    const around: { directory: Directory; broken: Set<string>; story?: Story } = {
      directory: first,
      broken: new Set(),
    };
    super(
      input,
      () => around.story?.directory ?? around.directory,
      () => new Map([...around.broken].map((name) => [name, '404'])),
    );
    this.directory = around.directory;
    this.broken = around.broken;
    around.story = this;
  }

  /** Lets time pass to `t0 + after`, firing everything on the way. */
  until(after: string | number): this {
    this.passTo(this.instant(after));
    return this;
  }

  /** Gives a command at `t0 + after`, which is also its `receivedAt`. */
  at<N extends ProcessCommandName>(after: string | number, name: N, body: CommandBody<N>, by = 'fatima'): this {
    this.until(after);
    const answer = this.ask(name, body, by);
    if (!answer.ok) throw new Error(`${name} refused: ${answer.refusal.reason}: ${answer.refusal.message}`);
    this.activate();
    return this;
  }

  /** The answer to a command given now; an accepted command is applied. Fires no rung. */
  ask<N extends ProcessCommandName>(
    name: N,
    body: CommandBody<N>,
    by = 'fatima',
    extra: Partial<CommandHeader> = {},
  ): Accepted | Refused {
    this.keys += 1;
    return this.give({
      name,
      body,
      actor: actorOf(by, this.directory),
      key: `${name}/${this.keys}`,
      fingerprint: createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22),
      ...teamsIn(body, this.directory),
      ...extra,
    });
  }

  /** The engine comes back, and the missed inputs are applied now. */
  back(): this {
    this.away = false;
    this.activate();
    return this;
  }

  protected override follow(request: FollowRequest): FollowResult {
    const answer = super.follow(request);
    return answer.status === 'done'
      ? { ...answer, ref: 'ref-1', link: { to: 'https://tool.example/1', title: 'tool 1' } }
      : answer;
  }

  /** Lines such as `5m hana` of the messages to people, in order; announcements are left out. */
  pages(kinds: readonly SendRequest['kind'][] = ['page']): string[] {
    return this.sent
      .filter(({ request }) => kinds.includes(request.kind))
      .map(({ at, request }) => `${this.clock(at)} ${request.recipient}`);
  }
  messages(): string[] {
    return this.sent.map(({ at, request }) => `${this.clock(at)} ${request.kind} ${request.recipient}`);
  }
  types(): string[] {
    return this.state.timeline.map(({ type }) => type);
  }
  text(): string {
    return timelineOf(this.state)
      .map(({ at, text }) => `${at} ${text}`)
      .join('\n');
  }
  clock(at: Instant): string {
    const ms = at - this.state.beganAt;
    const minutes = ms / 60_000;
    return Number.isInteger(minutes) ? `${minutes}m` : `${ms / 1000}s`;
  }
  private instant(after: string | number): Instant {
    if (typeof after === 'number') return this.state.beganAt + after;
    const parsed = after === '0' ? { ok: true as const, value: 0 } : parseDuration(after);
    if (!parsed.ok) throw new Error(parsed.message);
    return this.state.beganAt + parsed.value;
  }
}

export function incident(
  body: Partial<CommandBody<'declare'>> = {},
  policy: Policy = incidentPolicy,
  by = 'emeka',
  first: Directory = directory,
): Story {
  return new Story(
    {
      kind: 'incident',
      id: 'INC-2026-12-07-001',
      at: t0,
      actor: actorOf(by),
      policy,
      body: { title: 'Checkout is down', severity: 'P0', services: ['payments'], ...body },
      teams: teamsOf(body.services ?? ['payments'], directory),
    },
    first,
  );
}
export function release(
  targetAt: string,
  body: Partial<CommandBody<'plan'>> = {},
  policy: Policy = releasePolicy,
  by = 'jonas',
): Story {
  return new Story({
    kind: 'release',
    id: 'REL-2026-12-07-001',
    at: t0,
    actor: actorOf(by),
    policy,
    body: { title: '2.14', services: ['payments'], targetAt, ...body },
    teams: teamsOf(body.services ?? ['payments'], directory),
  });
}
