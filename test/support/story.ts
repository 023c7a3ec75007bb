/**
 * Drives the pure rules through virtual time the way a workflow does: inputs first, then what is due, effects answered by the
 * directory and by channels that can be told to fail. Tests read it as a script: `story().at('3m', ack())`.
 */
import { createHash } from 'node:crypto';
import {
  accept,
  completeEffect,
  nextInstant,
  resolveRecipients,
  settle,
  start,
  timelineOf,
  type Accepted,
  type Actor,
  type Command,
  type CommandBody,
  type Directory,
  type Effect,
  type FollowRequest,
  type Instant,
  type Policy,
  type ProcessCommandName,
  type ProcessState,
  type Refused,
  type ResolveRequest,
  type SendRequest,
  type StartInput,
} from '../../src/domain';
import { parseDuration } from '../../src/domain/duration';
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

export interface Sent {
  readonly at: Instant;
  readonly request: SendRequest;
}

export class Story {
  state: ProcessState;
  now: Instant;
  readonly sent: Sent[] = [];
  /** What outside tools were told. */
  readonly followed: FollowRequest[] = [];
  /** The key of every message that was tried, delivered or not. */
  readonly tried: string[] = [];
  /** Every look-up of who is meant. */
  readonly resolved: ResolveRequest[] = [];
  /** Channels or `person/channel` that refuse for good. */
  readonly broken = new Set<string>();
  directory: Directory = directory;
  /** While true the engine is absent: time passes and nothing is settled. */
  away = false;
  private keys = 0;

  constructor(input: StartInput) {
    this.now = input.at;
    this.state = start(input);
    this.activate();
  }

  /** Lets time pass to `t0 + after`, firing everything on the way. */
  until(after: string | number): this {
    const end = this.instant(after);
    if (!this.away) {
      for (let next = nextInstant(this.state); next !== null && next <= end; next = nextInstant(this.state)) {
        if (next < this.now) throw new Error('nextInstant went back');
        this.now = Math.max(next, this.now);
        this.activate();
      }
    }
    this.now = Math.max(end, this.now);
    return this;
  }

  /** Sends a command at `t0 + after`; `receivedAt` is then. */
  at<N extends ProcessCommandName>(after: string | number, name: N, body: CommandBody<N>, by = 'fatima'): this {
    this.until(after);
    const answer = this.ask(name, body, by);
    if (!answer.ok) throw new Error(`${name} refused: ${answer.refusal.reason}: ${answer.refusal.message}`);
    this.activate();
    return this;
  }

  /** The answer to a command now; applied when accepted. Fires nothing. */
  ask<N extends ProcessCommandName>(
    name: N,
    body: CommandBody<N>,
    by = 'fatima',
    extra: Partial<Command> = {},
  ): Accepted | Refused {
    this.keys += 1;
    const command = {
      name,
      body,
      actor: actorOf(by, this.directory),
      key: `${name}/${this.keys}`,
      fingerprint: createHash('sha256').update(JSON.stringify(body)).digest('hex'),
      ...extra,
    } as Command;
    const answer = accept(this.state, command, this.now);
    if (answer.ok) this.state = answer.state;
    return answer;
  }

  /** The engine comes back: what was missed is applied now. */
  back(): this {
    this.away = false;
    this.activate();
    return this;
  }

  activate(): void {
    this.state = settle(this.state, this.now);
    while (this.state.outbox.length > 0) {
      const effect = this.state.outbox[0]!;
      this.state = completeEffect(this.state, effect.id, this.outcome(effect), this.now);
    }
  }

  private outcome(effect: Effect): Parameters<typeof completeEffect>[2] {
    switch (effect.type) {
      case 'resolve':
        this.resolved.push(effect.request);
        return { type: 'resolve', result: resolveRecipients(effect.request, this.directory, this.now) };
      case 'send': {
        const { key, channel, recipient } = effect.request;
        this.tried.push(key);
        if (this.broken.has(channel) || this.broken.has(`${recipient}/${channel}`))
          return { type: 'send', result: { status: 'failed', because: '404' } };
        this.sent.push({ at: this.now, request: effect.request });
        return { type: 'send', result: { status: 'delivered', at: this.now } };
      }
      case 'follow':
        this.followed.push(effect.request);
        return {
          type: 'follow',
          result: this.broken.has(effect.request.channel)
            ? { status: 'failed', because: '404' }
            : { status: 'done', at: this.now, ref: 'ref-1', link: { to: 'https://tool.example/1', title: 'tool 1' } },
        };
      case 'declare-incident':
        return { type: 'declare-incident', incident: 'INC-2026-12-07-009' };
      case 'absorb':
        return { type: 'absorb' };
    }
  }

  /** `5m page hana` lines of what was sent, people only, in order; announcements apart. */
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
): Story {
  return new Story({
    kind: 'incident',
    id: 'INC-2026-12-07-001',
    at: t0,
    actor: actorOf(by),
    policy,
    body: { title: 'Checkout is down', severity: 'P0', services: ['payments'], ...body },
  });
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
  });
}
