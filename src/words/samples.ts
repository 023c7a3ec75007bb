/**
 * Owns the models on which templates are tried when Muster starts: for each kind of text, models
 * with everything in them and models with nothing.
 */
import type { InternalFields, PublicFields, ReportView } from '../domain';

const at = '2026-12-07T08:00:00.000Z';
const incident: InternalFields = {
  public: false,
  head: 'Checkout is down: P0 declared',
  subject: 'P0 declared',
  why: 'all-hands is informed of P0 incidents',
  next: 'acknowledge: muster incident ack INC-2026-12-07-001',
  notes: [{ label: 'Ask', text: 'ana' }],
  alerts: { firing: 4, named: [{ title: 'Error rate above 5%', runbook: 'https://wiki.example/errors' }] },
  event: 'declared',
  kind: 'announce',
  recipient: 'all-hands',
  late: 1500,
  drill: false,
  process: {
    id: 'INC-2026-12-07-001',
    kind: 'incident',
    title: 'Checkout is down',
    severity: 'P0',
    status: 'Investigating',
    description: 'Card payments fail since the deployment',
    startedAt: at,
    version: null,
    targetAt: null,
    deployedAt: null,
  },
  impact: { services: ['payments'], description: 'Nobody can pay', usersAffected: '1,200' },
  actions: ['Rolling back'],
  nextUpdateAt: at,
  commander: 'ana',
  manager: null,
};
const bare = {
  next: null,
  notes: [],
  impact: { services: [], description: null, usersAffected: null },
  actions: [],
  nextUpdateAt: null,
  commander: null,
  manager: null,
};
const release: InternalFields = {
  ...incident,
  event: 'deployed',
  process: {
    ...incident.process,
    id: 'REL-2026-12-07-001',
    kind: 'release',
    version: '2.14',
    targetAt: at,
    deployedAt: at,
  },
  commander: null,
  manager: 'ana',
};
const publicPost: PublicFields = {
  public: true,
  drill: false,
  text: 'Some payments fail.',
  status: 'Identified',
  nextUpdateAt: at,
};

type Missed = ReportView['missed'][number];
function missed(outcome: Missed['outcome'], more: Partial<Missed> = {}): Missed {
  const open = { metAt: null, lateMs: null, endedAt: null, supersededBy: null };
  return { deadline: 'response', name: 'response', round: 1, dueAt: at, outcome, ...open, ...more };
}

const common = {
  title: 'Checkout is down',
  status: 'closed',
  drill: false,
  ended: { how: 'terminated' as const, at, reason: 'by mistake' },
  timeline: [{ at, type: 'declared', by: 'ana', text: 'Declared P0: Checkout is down' }],
  rootCause: 'a bad deploy',
  resolution: 'rolled back',
  wentWell: ['fast'],
  couldImprove: ['alert'],
  actionItems: [
    { id: '1', title: 'Alert on errors', owner: 'cto', dueAt: at, done: true, doneAt: at, dropped: 'not needed' },
  ],
  skipped: [{ id: 'x', text: 'Prepare release notes draft', reason: 'internal', by: 'ana', at }],
  missed: [
    missed('met-late', { metAt: at, lateMs: 1000 }),
    missed('not-met'),
    missed('cancelled', { endedAt: at }),
    missed('superseded', { endedAt: at, supersededBy: 'rescheduled' }),
  ],
  overFailedChecks: [
    {
      id: 'coverage',
      text: 'Code coverage meets minimum threshold (80%)',
      because: 'check code-coverage: 71 is below 80',
      reason: 'only generated code is new',
      by: 'ana',
      at,
    },
  ],
  paging: {
    rungs: [{ deadline: 'response', name: 'response', round: 1, rung: '1', at }],
    pages: 1,
    failed: 0,
    people: ['ana'],
  },
  people: [{ person: 'ana', as: ['commander'] }],
  labels: ['security'],
  contacts: [
    {
      name: 'Cloud',
      hint: 'AWS',
      phone: '+1 555 0100',
      email: 'help@cloud.example',
      links: { portal: 'https://cloud.example' },
    },
  ],
};
const bareReport = {
  ended: null,
  timeline: [],
  rootCause: null,
  resolution: null,
  wentWell: [],
  couldImprove: [],
  actionItems: [],
  skipped: [],
  missed: [],
  overFailedChecks: [],
  paging: { rungs: [], pages: 0, failed: 0, people: [] },
  people: [],
  labels: [],
  contacts: [],
};
const incidentReport = {
  kind: 'incident',
  alerts: [
    {
      ...{ title: 'Error rate above 5%', source: 'alertmanager', state: 'resolved', firstAt: at, lastAt: at, count: 3 },
      links: [{ title: 'runbook', url: 'https://wiki.example/errors' }],
    },
  ],
  alertsInAll: 2,
  recentChanges: [{ at, text: 'Payments 2.14 deployed (REL-2026-12-01-001)', url: 'https://ci.example/runs/812' }],
  recentChangesInAll: 2,
  summary: {
    id: 'INC-2026-12-07-001',
    date: '2026-12-07',
    start: at,
    end: at,
    durationMs: 60_000,
    severity: 'P0',
    services: ['payments'],
    usersImpacted: '1,200',
    impact: 'Nobody can pay',
  },
  durations: { toDetectMs: 500, toAcknowledgeMs: 1000, toMitigateMs: 2000, toResolveMs: 3000 },
  ...common,
} satisfies ReportView;
const releaseReport = {
  kind: 'release',
  summary: {
    id: 'REL-2026-12-07-001',
    version: '2.14',
    strategy: 'canary',
    severity: 'P2',
    services: ['payments'],
    plannedAt: at,
    plannedBy: 'ana',
    targetAt: at,
    startedAt: at,
    deployedAt: at,
    lateMs: 1000,
    endedAt: at,
  },
  moves: [{ at, by: 'ana', from: at, to: at, reason: 'vendor is late' }],
  gates: [
    {
      id: 'go-no-go',
      decision: 'go',
      decisions: [
        {
          person: 'ana',
          decision: 'go',
          at,
          note: 'all green',
          stale: 'rescheduled',
          notBinding: 'ana planned this release',
        },
      ],
    },
  ],
  overrides: [{ at, by: 'ana', reason: 'urgent', gates: ['go-no-go'], closedBecause: ['one approval is missing'] }],
  closedBy: [{ incident: 'INC-2026-12-07-001', severity: 'P1', from: at, to: at }],
  begunEarly: { at, by: 'ana', reason: 'the vendor asks for it' },
  checks: [{ check: 'unit-tests', result: 'pass', value: '412', url: 'https://ci.example/1', at }],
  ...common,
} satisfies ReportView;
const open = { end: null, durationMs: null, impact: null, services: [] };
const undeployed = { version: null, strategy: null, startedAt: null, deployedAt: null, lateMs: null, endedAt: null };

/** The samples of each template, by its name. The first sample has every field of its kind. */
export const samples = {
  'incident-alert': [incident, { ...incident, ...bare }],
  'release-notice': [
    release,
    { ...release, ...bare, process: { ...release.process, version: null, deployedAt: null } },
  ],
  'public-update': [publicPost, { ...publicPost, nextUpdateAt: null }],
  report: [
    incidentReport,
    releaseReport,
    {
      ...incidentReport,
      ...bareReport,
      summary: { ...incidentReport.summary, ...open },
      durations: { toDetectMs: null, toAcknowledgeMs: null, toMitigateMs: null, toResolveMs: null },
    },
    {
      ...releaseReport,
      ...bareReport,
      summary: { ...releaseReport.summary, ...undeployed },
      moves: [],
      gates: [],
      closedBy: [],
      overrides: [],
      begunEarly: null,
      skipped: [],
      checks: [],
    },
  ],
} as const;
