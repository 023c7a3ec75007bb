/**
 * The process store over the rules alone, in memory and in virtual time: tests of the API meet the
 * real rules without a server. Remembers update ids as Temporal does; delivers every message at
 * once.
 */
import {
  accept,
  completeEffect,
  deliveriesOf,
  finishedAt,
  hearOfGates,
  incidentStanding,
  isTerminal,
  lookAgain,
  memoOf,
  nextInstant,
  recordRefusal,
  resolveRecipients,
  searchAttributesOf,
  settle,
  standingChange,
  signalled,
  start,
  timelineOf,
  accountOf,
  viewOf,
  withoutPromises,
  type CommandAnswer,
  type Delivery,
  type Directory,
  type Effect,
  type EffectOutcome,
  type EndedFacts,
  type ProcessFacts,
  type ProcessState,
  type SendRequest,
  type SendResult,
  type StartInput,
  type Account,
  type TimelineEntry,
} from '../../src/domain';
import {
  BadCursor,
  StoreUnavailable,
  NoSuchProcess,
  Refused,
  type Beginning,
  type Begun,
  type ProcessStore,
  type Envelope,
  type ListFilter,
  type ListPage,
  type NextIds,
  type Promises,
  type PromisingProcess,
  type Soonest,
  type StoredRow,
  mostPromising,
  mostSoonest,
} from '../../src/api/temporal/process-store';
import type { ProcessCommandName } from '../../src/contracts/command-table';
import type { ChannelTestRequest } from '../../src/workflows/channel-test';
import { readEnvelope } from '../../src/workflows/envelope';

export class RulesEngine implements ProcessStore {
  readonly states = new Map<string, ProcessState>();
  /** The processes that were ended in Temporal, by no command. */
  readonly endings = new Map<string, EndedFacts>();
  /** The processes whose workflow tasks fail. */
  readonly stuck = new Set<string>();
  /** The questions that were asked, such as `view INC-...`. */
  readonly asked: string[] = [];
  /** The test messages, and the channel's answer to them. */
  readonly tested: SendRequest[] = [];
  channelAnswer: SendResult = { status: 'delivered', at: Date.parse('2026-12-07T08:00:01Z') };
  /** Channels that fail for good, as `person/channel`. */
  readonly broken = new Set<string>();
  down = false;
  worker = true;
  database = true;
  private readonly ids = new Map<string, { id: string; at: number; fingerprint: string; input?: StartInput }>();
  /** What processes have to tell each other. */
  private readonly untold: (() => void)[] = [];
  private readonly answers = new Map<string, CommandAnswer>();

  constructor(
    public now: number,
    private readonly directory: () => Directory,
  ) {}

  /** An engine with the same processes; what comes later to one does not touch the other. */
  copy(): RulesEngine {
    const copy = new RulesEngine(this.now, this.directory);
    for (const [id, state] of this.states) copy.states.set(id, state);
    for (const [key, allocation] of this.ids) copy.ids.set(key, allocation);
    for (const [key, answer] of this.answers) copy.answers.set(key, answer);
    return copy;
  }

  async begin({ kind, key, fingerprint }: Beginning, inputOf: (id: string, at: number) => StartInput): Promise<Begun> {
    this.question('begin', kind);
    const day = new Date(this.now).toISOString().slice(0, 10);
    const number =
      [...this.ids.values()].filter(({ id }) => id.startsWith(kind === 'incident' ? 'INC' : 'REL')).length + 1;
    const allocation = this.ids.get(key) ?? {
      id: `${kind === 'incident' ? 'INC' : 'REL'}-${day}-${String(number).padStart(3, '0')}`,
      at: this.now,
      fingerprint,
    };
    if (allocation.fingerprint !== fingerprint)
      throw new Refused({ kind: 'key-reuse', reason: 'key-reuse', message: 'used before' });
    this.ids.set(key, allocation);
    const input = inputOf(allocation.id, allocation.at);
    const isRepeat = this.states.has(input.id);
    if (input.kind === 'incident') this.tellReleases(input.id);
    else this.untold.push(() => this.tell(input.id, (it) => this.toldOfIncidents(it)));
    if (!isRepeat) this.activate(input.id, start({ ...input, mark: '3f2a9c81d0e4' }));
    return { ...viewOf(settle(start(input), input.at)), ...(isRepeat ? { isRepeat } : {}) };
  }

  async command(id: string, name: ProcessCommandName, envelope: Envelope): Promise<CommandAnswer> {
    const state = this.state('command', id);
    const known = this.answers.get(`${id}/${envelope.key}`);
    if (known) {
      if (known.fingerprint !== envelope.fingerprint)
        throw new Refused({ kind: 'key-reuse', reason: 'key-reuse', message: 'used before' });
      return known;
    }
    const read = readEnvelope(name, JSON.parse(JSON.stringify(envelope)));
    const result = read.ok ? accept(state, read.command, this.now) : read;
    if (!result.ok) throw new Refused(result.refusal);
    this.answers.set(`${id}/${envelope.key}`, result.answer);
    if (standingChange(name) !== 'nothing') this.tellReleases(id);
    this.activate(id, result.state);
    return result.answer;
  }

  async signal(id: string, name: ProcessCommandName, envelope: Envelope): Promise<void> {
    const state = this.state('signal', id);
    const read = readEnvelope(name, JSON.parse(JSON.stringify(envelope)));
    const result = read.ok ? accept(state, signalled(state, read.command), this.now) : read;
    const { actor } = envelope;
    this.activate(id, result.ok ? result.state : recordRefusal(state, name, result.refusal, this.now, actor.person));
  }

  async lookAtIncidents(id: string): Promise<void> {
    this.activate(id, lookAgain(this.state('lookAtIncidents', id), undefined, this.now));
  }

  async view(id: string): Promise<ProcessFacts> {
    const facts = viewOf(this.state('view', id));
    const ended = this.endings.get(id);
    return ended === undefined ? facts : withoutPromises(facts, ended);
  }
  async timeline(id: string, after: number, limit: number): Promise<TimelineEntry[]> {
    return timelineOf(this.state('timeline', id), after, limit);
  }
  async account(id: string): Promise<Account> {
    const account = accountOf(this.state('account', id));
    const ended = this.endings.get(id);
    return ended === undefined ? account : { ...account, facts: withoutPromises(account.facts, ended) };
  }
  async deliveries(id: string): Promise<Delivery[]> {
    return deliveriesOf(this.state('deliveries', id));
  }

  async list(
    { kinds, ids, status, severity, service, missed, open, drill, openOrEndedSince: since }: ListFilter,
    limit: number,
    cursor?: string,
  ): Promise<ListPage> {
    this.question('list', kinds.join());
    const from = cursor === undefined ? 0 : Number(cursor);
    if (Number.isNaN(from)) throw new BadCursor('not a cursor of this list');
    const rows = [...this.states.values()]
      .filter(
        (state) =>
          kinds.includes(state.kind) &&
          (open === undefined || open !== (isTerminal(state) || this.endings.has(state.id))),
      )
      // As in Temporal: what has not finished is running, whenever it ended.
      .filter((state) => since === undefined || (finishedAt(state) ?? Infinity) >= since)
      .map((state) => this.row(state))
      .filter(
        (row) =>
          (!ids || ids.includes(row.id)) &&
          (!status || status.includes(row.status)) &&
          (!severity || severity.includes(row.severity)) &&
          (!service || service.some((name) => this.services(row.id).includes(name))) &&
          (missed === undefined || missed === row.missed) &&
          (drill === undefined || drill === row.drill),
      )
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    return { rows: rows.slice(from, from + limit), next: rows.length > from + limit ? `${from + limit}` : null };
  }

  async ended(): Promise<readonly StoredRow[]> {
    this.question('list', 'ended');
    return [...this.endings.keys()].map((id) => this.row(this.states.get(id)!)).reverse();
  }
  async standing(): Promise<readonly StoredRow[]> {
    this.question('list', 'standing');
    return [...this.stuck].map((id) => this.row(this.states.get(id)!));
  }
  private row(state: ProcessState): StoredRow {
    const { how, at } = this.endings.get(state.id) ?? {};
    const row = { ...rowOf(state), ...(this.stuck.has(state.id) ? { standsStill: true as const } : {}) };
    return how === undefined || at === undefined ? row : { ...rowOf(state), nextDueAt: null, endedAt: at, ended: how };
  }

  skipped = 0;
  async skipIds(count: number): Promise<NextIds> {
    this.question('skip', `${count}`);
    this.skipped += count;
    return { incident: `INC-2026-12-07-${this.skipped + 1}`, release: `REL-2026-12-07-${this.skipped + 1}` };
  }
  async soonest(): Promise<Soonest> {
    this.question('list', 'soonest');
    const due = [...this.states.values()]
      .filter((state) => !isTerminal(state) && !this.endings.has(state.id))
      .map(rowOf)
      .filter(({ nextDueAt }) => nextDueAt !== null)
      .sort((a, b) => (a.nextDueAt! < b.nextDueAt! ? -1 : 1));
    const rows = due.slice(0, mostSoonest);
    return { rows, others: due.length - rows.length, isExact: true };
  }
  async promises(owners?: readonly string[], until = Infinity): Promise<Promises> {
    this.question('list', 'promises');
    const rows = [...this.states.values()].flatMap((state): PromisingProcess[] => {
      const { MusterActionOwners: own, MusterActionDueAt: due } = searchAttributesOf(state);
      const isWanted = owners === undefined || own.some((one) => owners.includes(one));
      if (due === null || due > until || !isWanted) return [];
      const { actionItems, furtherItems } = memoOf(state);
      return [
        {
          process: rowOf(state),
          dueAt: new Date(due).toISOString(),
          items: actionItems ?? [],
          further: furtherItems ?? 0,
        },
      ];
    });
    rows.sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
    const most = this.mostPromising;
    return { rows: rows.slice(0, most), others: Math.max(0, rows.length - most), isExact: true };
  }
  mostPromising = mostPromising;
  async testChannel({ send }: ChannelTestRequest): Promise<SendResult> {
    this.tested.push(send);
    return this.channelAnswer;
  }
  async health() {
    return { temporal: !this.down, database: !this.down && this.database, worker: !this.down && this.worker };
  }

  /** Lets time pass; everything that becomes due happens at its own instant. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (const [id, state] of this.states) {
      let current = state;
      for (let next = nextInstant(current); next !== null && next <= end; next = nextInstant(current))
        current = this.settled(current, next);
      this.states.set(id, current);
    }
    this.now = end;
  }

  private services(id: string): readonly string[] {
    return searchAttributesOf(this.states.get(id)!).MusterServices;
  }
  private question(what: string, id: string): void {
    this.asked.push(`${what} ${id}`);
    if (this.down) throw new StoreUnavailable('down for a test');
  }
  private state(what: string, id: string): ProcessState {
    this.question(what, id);
    const state = this.states.get(id);
    if (!state) throw new NoSuchProcess(id);
    return state;
  }
  private activate(id: string, state: ProcessState): void {
    this.states.set(id, this.settled(state, this.now));
    for (let tell = this.untold.shift(); tell; tell = this.untold.shift()) tell();
  }
  private tell(id: string, change: (state: ProcessState) => ProcessState): void {
    const state = this.states.get(id);
    if (state) this.states.set(id, this.settled(change(state), this.now));
  }
  // As the program does that begins or changes an incident.
  private tellReleases(incident: string): void {
    for (const id of this.states.keys())
      this.untold.push(() => this.tell(id, (it) => lookAgain(it, incident, this.now)));
  }
  private toldOfIncidents(release: ProcessState): ProcessState {
    const incidents = [...this.states.values()].filter((it) => it.kind === 'incident' && incidentStanding(it).open);
    return incidents.reduce((it, { id }) => lookAgain(it, id, this.now), release);
  }
  private settled(state: ProcessState, now: number): ProcessState {
    let current = settle(state, now);
    for (let effect = current.outbox[0]; effect; effect = current.outbox[0])
      current = completeEffect(current, effect.id, this.outcome(effect, now), now);
    return current;
  }
  private outcome(effect: Effect, now: number): EffectOutcome {
    if (effect.type === 'resolve')
      return { type: 'resolve', result: resolveRecipients(effect.request, this.directory(), now) };
    if (effect.type === 'send' && this.broken.has(`${effect.request.recipient}/${effect.request.channel}`))
      return { type: 'send', result: { status: 'failed', because: 'broken for a test' } };
    if (effect.type === 'send') return { type: 'send', result: { status: 'delivered', at: now } };
    if (effect.type === 'follow') return { type: 'follow', result: { status: 'done', at: now } };
    if (effect.type === 'find-incidents') {
      const standings = [...this.states.values()].flatMap((it) =>
        it.kind === 'incident' ? [incidentStanding(it)] : [],
      );
      return { type: 'find-incidents', found: { incidents: standings, unanswered: [] } };
    }
    if (effect.type === 'tell-incident') {
      const { request } = effect;
      this.untold.push(() => this.tell(request.incident, (it) => hearOfGates(it, request, this.now)));
    }
    return effect.type === 'declare-incident'
      ? { type: 'declare-incident', incident: 'INC-2026-12-07-900' }
      : { type: effect.type };
  }
}

function rowOf(state: ProcessState): StoredRow {
  const { MusterNextDueAt: next, MusterMissed: missed } = searchAttributesOf(state);
  const began = new Date(state.beganAt).toISOString();
  const { id, kind, severity, drill } = state;
  const { title, services, seenBy } = memoOf(state);
  return {
    id,
    kind,
    title,
    status: state.lifecycle.status,
    severity,
    services: services ?? state.services,
    ...(kind === 'incident' ? { declaredAt: began } : { plannedAt: began }),
    nextDueAt: next === null ? null : new Date(next).toISOString(),
    missed,
    drill,
    ...(seenBy === null ? {} : { restricted: true as const, seenBy }),
    ...('endedAt' in state.lifecycle ? { endedAt: new Date(state.lifecycle.endedAt).toISOString() } : {}),
  };
}
