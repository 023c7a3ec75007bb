/**
 * A small policy with the shipped ladders and severities, for tests of the rules. Knows nothing of
 * files.
 */
import type {
  AnchorName,
  CompiledCalendar,
  GatePolicy,
  HoursWindow,
  GroupPolicy,
  ItemPolicy,
  Offset,
  PhasePolicy,
  Policy,
  RungPolicy,
  Severity,
  SeverityPolicy,
} from '../../src/domain';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** Monday 2026-12-07, 10:00 in Athens. */
export const t0 = Date.parse('2026-12-07T08:00:00.000Z');

/** The same hours on each of `days`, 0 = Sunday, and none on the others. */
export function weekOf(days: readonly number[], ...hours: HoursWindow[]): CompiledCalendar['week'] {
  return Array.from({ length: 7 }, (_, weekday) => (days.includes(weekday) ? hours : []));
}

/** Athens, winter and summer 2026-2028. */
export const calendar: CompiledCalendar = {
  zone: 'Europe/Athens',
  from: Date.parse('2026-10-01T00:00:00Z'),
  until: Date.parse('2028-01-01T00:00:00Z'),
  offset: 3 * hour,
  transitions: [
    { at: Date.parse('2026-10-25T01:00:00Z'), offset: 2 * hour },
    { at: Date.parse('2027-03-28T01:00:00Z'), offset: 3 * hour },
    { at: Date.parse('2027-10-31T01:00:00Z'), offset: 2 * hour },
  ],
  week: weekOf([1, 2, 3, 4, 5], [9 * 60, 18 * 60]),
  holidays: ['2026-12-25', '2026-12-26', '2027-01-01', '2027-01-06'],
};

/**
 * A calendar in which every minute is working time, for processes that live at the real server's
 * present, on any day.
 */
export const alwaysOpen: CompiledCalendar = {
  zone: 'UTC',
  from: 0,
  until: Date.parse('9999-01-01T00:00:00Z'),
  offset: 0,
  transitions: [],
  week: weekOf([0, 1, 2, 3, 4, 5, 6], [0, 24 * 60]),
  holidays: [],
};

const severity = (
  name: string,
  responseMs: number,
  updateEveryMs: number,
  escalateTo: string[],
  inform: string[],
  extra: Partial<SeverityPolicy> = {},
): SeverityPolicy => ({
  name,
  means: name,
  examples: [],
  response: { n: responseMs, unit: 'ms' },
  updateEvery: { n: updateEveryMs, unit: 'ms' },
  escalateTo,
  inform,
  ...extra,
});
export const severities: Record<Severity, SeverityPolicy> = {
  P0: severity('Critical', 5 * minute, 15 * minute, ['ceo', 'cto', 'vp-engineering'], ['all-hands', 'status-page']),
  P1: severity('High', 15 * minute, 20 * minute, ['vp-engineering', 'engineering-manager'], ['leadership']),
  P2: severity('Medium', hour, 30 * minute, ['engineering-manager', 'team-lead'], ['engineering']),
  P3: severity('Low', 4 * hour, 30 * minute, ['team-lead'], ['engineering'], { pageDuring: 'working-hours' }),
};

const offset = (n: number, unit: Offset['unit']): Offset => ({ n, unit });
export const at = (anchor: AnchorName, n = 0, unit: Offset['unit'] = 'ms') => ({ anchor, offset: offset(n, unit) });
const page = (n: number, unit: Offset['unit'], ...to: string[]): RungPolicy => ({
  at: offset(n, unit),
  mode: 'page',
  to,
});
const remind = (n: number, unit: Offset['unit'], ...to: string[]): RungPolicy => ({
  at: offset(n, unit),
  mode: 'remind',
  to,
});

const fourRungs: RungPolicy[] = [
  remind(-1, 'bd', 'owner', 'release-manager'),
  remind(0, 'ms', 'release-manager'),
  { ...page(1, 'response', 'release-manager'), during: 'working-hours' },
  { ...page(3, 'response', 'escalation-manager', 'severity'), during: 'working-hours' },
];

export function phase(id: string, items: (string | ItemPolicy)[], extra: Partial<PhasePolicy> = {}): PhasePolicy {
  const group: GroupPolicy = {
    id: `${id}-group`,
    name: id,
    items: items.map((item) => (typeof item === 'string' ? { id: item, text: item } : item)),
  };
  return { id, name: id, groups: [group], ...extra };
}

/** A gate before `before` that one go opens, by default that of a release manager. */
export function gate(id: string, before: string, extra: Partial<GatePolicy> = {}): GatePolicy {
  const roles = ['release-manager'];
  return { id, before, min: 1, roles, neverPlanner: false, override: [], requires: [], staleOn: [], ...extra };
}

const audiences = {
  'all-hands': { public: false, autoPublish: false, channels: ['inbox'] },
  'status-page': { public: true, autoPublish: false, channels: ['inbox'] },
  leadership: { public: false, autoPublish: false, channels: ['inbox'], notes: 'briefing' as const },
  engineering: { public: false, autoPublish: false, channels: ['inbox'] },
};
const common = { severities, audiences, drillChannels: ['drill-room'], calendar, contacts: [] };

export const incidentPolicy: Policy = {
  ...common,
  template: { name: 'test-incident', version: '1.0.0', hash: 'a'.repeat(64) },
  kind: 'incident',
  phases: [
    phase(
      'immediate',
      [
        { id: 'severity-assessed', text: 'Severity assessed', doneWhen: 'severity-set' },
        { id: 'commander-assigned', text: 'Commander assigned', doneWhen: 'role-assigned commander' },
        { id: 'team-notified', text: 'Team notified', doneWhen: 'responders-notified' },
        {
          id: 'status-page-updated',
          text: 'Status page updated',
          when: { customerFacing: true },
          doneWhen: 'announced status-page',
        },
      ],
      { opens: at('declared'), due: at('declared', 1, 'response') },
    ),
    phase(
      'assessment',
      ['dashboards-checked', { id: 'resources-requested', text: 'Resources requested if needed', ifNeeded: true }],
      { opens: { after: 'immediate' }, due: at('declared', 3, 'response') },
    ),
    phase('review', [{ id: 'report-completed', text: 'Report completed', doneWhen: 'review-written' }], {
      opens: at('resolved'),
      due: at('resolved', 48 * hour),
    }),
  ],
  gates: [],
  ladders: {
    response: [
      page(-1, 'response', 'primary'),
      page(-0.4, 'response', 'secondary'),
      page(0, 'ms', 'escalation-manager', 'severity'),
      { ...page(1, 'response', 'all above'), repeat: { every: offset(1, 'response'), times: 5 } },
    ],
    phase: [remind(0, 'ms', 'commander'), page(1, 'response', 'commander'), page(3, 'response', 'escalation-manager')],
    update: [
      remind(-0.2, 'interval', 'communications-lead', 'commander'),
      page(0, 'ms', 'communications-lead', 'commander'),
      page(1, 'interval', 'escalation-manager'),
      page(2, 'interval', 'severity'),
    ],
    gate: fourRungs,
    item: fourRungs,
    'action-item': fourRungs,
  },
};

export const releasePolicy: Policy = {
  ...common,
  template: { name: 'test-release', version: '1.0.0', hash: 'b'.repeat(64) },
  kind: 'release',
  phases: [
    phase('planning', ['feature-list', 'release-notes'], { opens: at('target', -14, 'd'), due: at('target', -7, 'd') }),
    phase(
      'technical-preparation',
      [
        { id: 'coverage', text: 'Coverage', check: { name: 'code-coverage', atLeast: 80, validForMs: 7 * day } },
        { id: 'unit-tests', text: 'Unit tests', check: { name: 'unit-tests' }, owner: 'qa-lead' },
        { id: 'migration-guides', text: 'Guides (if needed)', ifNeeded: true },
      ],
      { opens: at('target', -5, 'bd'), due: at('target', -3, 'bd') },
    ),
    phase('pre-deployment', ['team-available'], { opens: at('target-morning'), due: at('target') }),
    phase('deployment', [{ id: 'deploy-production', text: 'Deploy', doneWhen: 'deployed' }], {
      opens: at('target'),
      due: at('target', 4 * hour),
    }),
    phase('monitoring', ['error-rates'], { opens: at('deployed', 24 * hour), due: at('deployed', 48 * hour) }),
  ],
  gates: [
    {
      id: 'go-no-go',
      before: 'deployment',
      due: at('target', -1, 'bd'),
      min: 2,
      roles: ['qa-lead', 'engineering-manager', 'release-manager'],
      neverPlanner: true,
      override: ['vp-engineering'],
      requires: ['technical-preparation'],
      staleOn: ['reschedule', 'reopen-items'],
    },
  ],
  ladders: { phase: fourRungs, gate: fourRungs, item: fourRungs, 'action-item': fourRungs },
};
