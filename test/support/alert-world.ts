/**
 * The intake of alerts and the incidents that it begins, both by the production rules, without
 * Temporal: messages come, effects are carried out late, twice or after a hand-over, and their
 * answers are lost, as a seed says.
 */
import {
  carriedIntake,
  completeIntakeEffect,
  emptyIntake,
  levelsOf,
  nextIntakeInstant,
  reportAlerts,
  settleIntake,
  takeAlerts,
  teamsOf,
  type AlertReport,
  type AlertsTaken,
  type Directory,
  type IntakeEffect,
  type IntakeOutcome,
  type IntakeState,
  type PlaceRequest,
  type Policy,
} from '../../src/domain';
import { directory, Story } from './story';
import { incidentPolicy, t0 } from './policy';
import { given } from '../../src/given';

/** What may go wrong on the way; each answers anew whenever it is asked. */
export interface Chances {
  /** Whether an effect is carried out now, or waits. */
  readonly isQuick: () => boolean;
  /** Whether the answer to an effect that was carried out is lost, so that it is tried again. */
  readonly isLost: () => boolean;
  /** Whether the run hands over now: what is under way is begun again. */
  readonly handsOver: () => boolean;
}
export const smooth: Chances = { isQuick: () => true, isLost: () => false, handsOver: () => false };

export class AlertWorld {
  state: IntakeState = emptyIntake('m', t0);
  now = t0;
  readonly incidents: Story[] = [];
  private readonly byKey = new Map<string, Story>();

  constructor(
    private readonly chances: Chances = smooth,
    private readonly policy: Policy = incidentPolicy,
    private readonly people: Directory = directory,
  ) {}

  /** A request comes `ms` after the one before. */
  take(request: Omit<AlertsTaken, 'at'>, ms = 0): void {
    this.pass(this.now + ms);
    this.state = takeAlerts(this.state, [{ at: this.now, ...request }], this.now);
    this.handOver();
    this.work(this.chances.isQuick);
  }

  /** Time passes; what is under way may be carried out meanwhile. */
  pass(until: number): void {
    for (;;) {
      const next = nextIntakeInstant(this.state);
      if (next === null || next > until) break;
      this.now = Math.max(this.now, next);
      this.state = settleIntake(this.state, this.now);
      this.work(this.chances.isQuick);
    }
    this.now = until;
    for (const incident of this.incidents) incident.until(until - incident.state.beganAt);
  }

  /** Everything that is under way is carried out, and answered in the end. */
  rest(): void {
    while (this.state.outbox.length > 0) this.work(() => true);
  }

  private work(isNow: () => boolean): void {
    for (const effect of [...this.state.outbox]) {
      if (!isNow()) continue;
      const outcome = this.perform(effect);
      if (this.chances.isLost()) continue;
      this.state = completeIntakeEffect(this.state, effect.id, outcome, this.now);
      this.handOver();
    }
  }

  private handOver(): void {
    // Over the wire to the next run.
    if (this.chances.handsOver()) this.state = JSON.parse(JSON.stringify(carriedIntake(this.state))) as IntakeState;
  }

  // As the activities do (src/app/alert-placing.ts).
  private perform(effect: IntakeEffect): IntakeOutcome {
    if (effect.type === 'notify') return { type: 'notified', deliveries: [] };
    if (effect.type === 'answer') return { type: 'unwanted', because: 'no page' };
    if (effect.type === 'tell')
      return this.offer(effect.incident, effect.report)
        ? { type: 'told' }
        : { type: 'over', ...given({ since: this.overSince(effect.incident) }) };
    const { request } = effect;
    const taken = this.candidates(request).find((id) => this.offer(id, request.report));
    if (taken !== undefined) return { type: 'placed', incident: taken };
    if (request.ruling.do === 'join') return { type: 'nowhere' };
    return { type: 'placed', incident: this.begun(request).state.id };
  }

  private candidates({ lastIncident, isGathered, ruling }: PlaceRequest): string[] {
    const last = lastIncident === undefined ? [] : [lastIncident];
    if (isGathered || ruling.service === undefined) return last;
    const open = this.incidents.filter(({ state }) => state.services.includes(ruling.service!));
    return [...last, ...open.map(({ state }) => state.id)];
  }

  private offer(id: string, report: AlertReport): boolean {
    const incident = this.incidents.find(({ state }) => state.id === id)!;
    const taken = reportAlerts(incident.state, { ...report, teams: teamsOf(report.services, this.people) }, this.now);
    if (!taken.ok) return false;
    incident.state = taken.state;
    incident.activate();
    return true;
  }

  private overSince(id: string): number | undefined {
    const { lifecycle } = this.incidents.find(({ state }) => state.id === id)!.state;
    if ('resolvedAt' in lifecycle) return lifecycle.resolvedAt;
    return 'endedAt' in lifecycle ? lifecycle.endedAt : undefined;
  }

  private begun(request: PlaceRequest): Story {
    const known = this.byKey.get(request.key);
    if (known !== undefined) return known;
    const { ruling, report } = request;
    const services = ruling.service === undefined ? [] : [ruling.service];
    const levels = levelsOf(this.policy);
    const story = new Story(
      {
        kind: 'incident',
        id: `INC-2026-12-07-${String(this.incidents.length + 1).padStart(3, '0')}`,
        at: this.now,
        actor: { person: 'am', known: false, roles: [], approves: [] },
        policy: this.policy,
        body: {
          title: ruling.do === 'open' ? ruling.title : 'alerts',
          severity: levels.find((level) => report.levels.includes(level)) ?? levels[0]!,
          services,
        },
        teams: teamsOf(services, this.people),
        alerts: { ...report, teams: teamsOf(report.services, this.people) },
      },
      this.people,
    );
    this.incidents.push(story);
    this.byKey.set(request.key, story);
    return story;
  }
}
