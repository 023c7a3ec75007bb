/** A team with two rotas, and questions about their coverage, for tests. Knows nothing of files. */
import {
  coverage,
  type CoverageFinding,
  type CoverageQuestion,
  type Directory,
  type Policy,
  type RungPolicy,
  type Schedule,
} from '../../src/domain';
import { day, incidentPolicy, t0 } from './policy';
import { scheduleOf, type Described } from './rota';

export const rung = (n: number, to: string[], more: Partial<RungPolicy> = {}): RungPolicy => ({
  at: { n, unit: 'response' },
  mode: 'page',
  to,
  ...more,
});
export const ladder: RungPolicy[] = [rung(-1, ['primary']), rung(-0.4, ['secondary']), rung(0, ['escalation-manager'])];
export const policy: Policy = { ...incidentPolicy, ladders: { response: ladder } };
export const person = (id: string, roles: string[] = []) => ({ name: id.toUpperCase(), roles, reach: ['inbox'] });
export const week = (id: string, participants: string[], more: Partial<Described> = {}): Schedule => ({
  ...scheduleOf({ zone: 'Europe/Athens', from: '2026-11-02T09:00', hours: 168, participants, ...more }),
  id,
});
export const directory: Directory = {
  people: {
    ann: person('ann'),
    bob: person('bob'),
    eva: person('eva'),
    max: person('max'),
    cto: person('cto-person', ['cto', 'ceo', 'vp-engineering', 'engineering-manager', 'team-lead']),
    com: person('com', ['commander', 'communications-lead', 'release-manager', 'qa-lead']),
  },
  teams: { core: { primary: 'first', secondary: 'second', 'escalation-manager': 'eva' } },
  services: { payments: { team: 'core' }, search: { team: 'core' } },
  defaultTeam: 'core',
  schedules: { first: week('first', ['ann', 'bob']), second: week('second', ['bob', 'ann']) },
};
export const ask = (more: Partial<CoverageQuestion> = {}): readonly CoverageFinding[] => {
  const people = (more.directory ?? directory).people;
  const ways = Object.fromEntries(
    Object.entries(people).map(([id, { reach }]) => [id, [...reach, 'mail'].map((channel) => ({ channel }))]),
  );
  return coverage({ policies: [policy], directory, ways, from: t0, to: t0 + 28 * day, ...more }).findings;
};
// Most tests have only a response ladder.
export const errors = (more?: Partial<CoverageQuestion>) =>
  ask(more).filter(({ level, kind }) => level === 'error' && kind !== 'no-ladder');
export const ofKind = (kind: CoverageFinding['kind'], more?: Partial<CoverageQuestion>) =>
  ask(more).filter((finding) => finding.kind === kind);
export const local = ({ times }: CoverageFinding) =>
  times.map(({ from, to }) => [from, to].map((at) => new Date(at).toISOString()).join(' '));
export const having = (more: Partial<Directory>): { directory: Directory } => ({
  directory: { ...directory, ...more },
});
export const waysWith = (changed: CoverageQuestion['ways']) => ({
  ways: {
    ...Object.fromEntries(Object.keys(directory.people).map((id) => [id, [{ channel: 'inbox' }, { channel: 'mail' }]])),
    ...changed,
  },
});
