/**
 * The intake of alerts driven by hand: the outside world answers its effects when a test says so.
 */
import {
  completeIntakeEffect,
  emptyIntake,
  nextIntakeInstant,
  settleIntake,
  takeAlerts,
  takeEnded,
  takeMerge,
} from '../../src/domain/alerts/intake';
import { alertsOfReport } from '../../src/domain/alerts/reports';
import type {
  AlertsTaken,
  IntakeEffect,
  IntakeOutcome,
  IntakeState,
  Leading,
  RuledAlert,
} from '../../src/domain/model';
import { minute, t0 } from './policy';

export const opens: Extract<Leading, { do: 'open' }> = {
  do: 'open',
  service: 'payments',
  severity: 'P1',
  title: 'Checkout errors',
  resolveAfterMs: 5 * minute,
};
export const alert = (says: RuledAlert['says'], more: Partial<RuledAlert> = {}): RuledAlert => ({
  source: 'am',
  key: 'a',
  says,
  title: 'Checkout errors',
  links: [],
  services: [],
  labels: {},
  ruling: opens,
  ...more,
});

export class Desk {
  state: IntakeState = emptyIntake('m', t0);
  now = t0;
  at(ms: number): this {
    for (
      let next = nextIntakeInstant(this.state);
      next !== null && next <= t0 + ms;
      next = nextIntakeInstant(this.state)
    ) {
      this.now = Math.max(this.now, next);
      this.state = settleIntake(this.state, this.now);
    }
    this.now = t0 + ms;
    return this;
  }
  take(...alerts: RuledAlert[]): this {
    return this.taken({ alerts, groups: [] });
  }
  taken(more: Pick<AlertsTaken, 'alerts' | 'groups'> & Partial<AlertsTaken>): this {
    this.state = takeAlerts(this.state, [{ at: this.now, source: 'am', ...more }], this.now);
    return this;
  }
  /** Answers the earliest effect. */
  answer(outcome: IntakeOutcome): this {
    this.state = completeIntakeEffect(this.state, this.state.outbox[0]!.id, outcome, this.now);
    return this;
  }
  placed(incident = 'INC-1'): this {
    return this.answer({ type: 'placed', incident });
  }
  merged(from: string, into: string): this {
    this.state = takeMerge(this.state, { from, into }, this.now);
    return this;
  }
  /** Ended by no command. */
  ended(...incidents: string[]): this {
    this.state = takeEnded(this.state, incidents, this.now);
    return this;
  }
  /** Answers whatever is under way, as one open incident does. */
  allAnswered(incident = 'INC-1'): this {
    while (this.effects.length > 0)
      this.answer(this.effects[0]!.type === 'place' ? { type: 'placed', incident } : { type: 'told' });
    return this;
  }
  get effects(): readonly IntakeEffect[] {
    return this.state.outbox;
  }
  /** What the effects say of which alerts, in short. */
  get said(): string[] {
    return this.effects.map((effect) => {
      if (effect.type === 'notify') return 'notify';
      if (effect.type === 'answer') return `answer: ${effect.request.key} by ${effect.request.by.join(', ')}`;
      const about = alertsOfReport(effect).map(({ id, episode, state }) => `${id}#${episode} ${state}`);
      return `${effect.type === 'place' ? 'place' : `tell ${effect.incident}`}: ${about.join(', ')}`;
    });
  }
}
