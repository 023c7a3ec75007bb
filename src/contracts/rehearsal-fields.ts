/**
 * Owns the fields of a scenario: what a rehearsal begins with and what people then do, in the form
 * of the command table. The flags of `muster rehearse`, the files of config/rehearsals and the body
 * of POST /v1/rehearsals are all made from these fields. Plain data.
 */
import type { FieldSpec, ProcessKind } from './command-table';

interface ScenarioField extends FieldSpec {
  /** The only kind of process that has the field. */
  readonly for?: ProcessKind;
}

export const scenarioFields = {
  at: {
    type: 'instant',
    about: 'when the scenario begins, such as 2026-12-24T23:30 in the zone of the calendar (default now)',
  },
  template: { type: 'name', about: 'the template to follow (default: the one marked `default: true`)' },
  title: { type: 'title', about: 'title of the incident or release' },
  severity: { type: 'severity', about: 'a level of the template (default: the worst; for a release as for `plan`)' },
  services: { type: 'service', list: true, flag: 'service', about: 'affected services' },
  customerFacing: { for: 'incident', type: 'boolean', about: 'customers notice the incident' },
  labels: { for: 'incident', type: 'name', list: true, flag: 'label', about: 'subjects, such as security' },
  commander: { for: 'incident', type: 'person', about: 'the incident commander, when already known' },
  target: { for: 'release', type: 'instant', about: 'when the release is to go live' },
  strategy: {
    for: 'release',
    type: 'enum',
    values: ['blue-green', 'canary', 'rolling'],
    about: 'deployment strategy',
  },
  nobody: { type: 'boolean', about: 'nobody does anything' },
  ack: {
    for: 'incident',
    type: 'short',
    list: true,
    orOne: true,
    about: 'somebody acknowledges, such as 7m (default: never)',
  },
  by: {
    type: 'person',
    about: 'the person who acknowledges and acts, or who plans the release (default: the first person who was paged)',
  },
  assign: {
    type: 'short',
    list: true,
    about: 'somebody gets a role, or nobody has it: 3m=ana as technical-lead, 3m=nobody as commander',
  },
  severityAt: { type: 'short', list: true, flag: 'severity-at', about: 'the severity changes: 20m=P0' },
  statusAt: { for: 'incident', type: 'short', list: true, flag: 'status-at', about: 'the status: 10m=identified' },
  updateEvery: { for: 'incident', type: 'short', about: 'somebody posts an update at this interval, such as 25m' },
  update: { type: 'short', list: true, about: 'somebody posts an update: 10m, 10m=public, 10m=next 40m' },
  impact: {
    for: 'incident',
    type: 'short',
    list: true,
    about:
      'what is affected: 5m=add bookings, search, remove payments, customer-facing; also not customer-facing, label, restricted-to',
  },
  escalate: { type: 'short', list: true, about: 'somebody escalates: 10m, or 10m=cto' },
  handOff: {
    for: 'incident',
    type: 'short',
    list: true,
    about: 'the incident is handed off: 1h=bruno; 8h alone: to whoever is on call then',
  },
  snooze: { type: 'short', list: true, about: "a deadline's ladder waits: update@30m..45m" },
  done: { type: 'short', list: true, about: 'items, or all items of a phase, are done: 3d=planning' },
  completeItems: { type: 'short', list: true, about: 'items are ticked by hand: 3h=coverage because the tool is down' },
  skip: { type: 'short', list: true, about: 'items will not be done: 3h=coverage because nothing changed' },
  reopenItems: { type: 'short', list: true, about: 'items are not done after all: 4h=coverage' },
  reportCheck: {
    type: 'short',
    list: true,
    about: 'CI reports a check: 2d=code-coverage fail, 2d=code-coverage pass 71',
  },
  restrict: { type: 'short', list: true, about: 'only these people and roles see it: 10m=cto, leila' },
  unrestrict: { type: 'short', list: true, about: 'everybody sees it again: 2d because it is public' },
  setTitle: { type: 'short', list: true, about: 'the title changes: 10m=Nobody can pay' },
  comment: { type: 'short', list: true, about: 'somebody writes on the timeline: 10m=the cache is cold' },
  link: { type: 'short', list: true, about: 'a link is added: 10m=ticket https://example.com/7' },
  action: { type: 'short', list: true, about: 'an action item is promised: 40m=leila due 5d, or due 2026-12-16' },
  completeActionItem: { type: 'short', list: true, about: 'an action item is done, by its number: 4d=1' },
  dropActionItem: { type: 'short', list: true, about: 'an action item will not be done: 4d=1 because fixed upstream' },
  mergedFrom: {
    for: 'incident',
    type: 'short',
    list: true,
    about:
      'another incident is merged into this one: 4m=P0 of bookings; answered there: 4m=P0 of bookings, omar has it',
  },
  resolve: { for: 'incident', type: 'short', about: 'the incident is resolved, such as 2h' },
  reopen: { for: 'incident', type: 'short', list: true, about: 'the incident is reopened: 3h' },
  review: { type: 'short', list: true, about: 'the review is written: 2d' },
  merge: { for: 'incident', type: 'short', about: 'this incident is merged into another: 20m=INC-2026-12-09-002' },
  cancel: { type: 'short', about: 'the incident or release is called off: 10m because false alarm' },
  close: { type: 'short', about: 'the end: 5d, or 5d because the rest is not needed' },
  incident: {
    for: 'release',
    type: 'short',
    list: true,
    about: 'an incident on its services is open, and is over: 2h=P1, 5h=over',
  },
  reschedule: { for: 'release', type: 'short', list: true, about: 'the target moves: 3d=2026-12-16T10:00' },
  go: { type: 'short', about: 'the phases that the gates require are completed, and enough people vote go: 5d' },
  vote: {
    type: 'short',
    list: true,
    about: 'one person votes at the gate: 2h=go by ana, 3h=no-go, 4h=override; of several gates: 2h=go at sign-off',
  },
  deploy: { for: 'release', type: 'short', about: 'the deployment begins: target, or 6d; 3d=early, 3d=override' },
  deployed: { for: 'release', type: 'short', about: 'the release is live: 6d2h' },
  rollBack: { for: 'release', type: 'short', about: 'the release is taken back: 6d, or 6d=P1 to declare an incident' },
  away: { type: 'short', list: true, about: 'Muster itself does not run: 10m..40m' },
  broken: {
    type: 'short',
    list: true,
    about: 'a channel over which every message fails at once: mail, or for one person hana/mail',
  },
  absent: { type: 'person', list: true, about: 'a person whom no message reaches: every channel fails at once' },
  until: {
    type: 'short',
    about: 'when the rehearsal stops: 12h (default: three days after the last step, or the target)',
  },
} as const satisfies Record<string, ScenarioField>;

export type ScenarioFieldName = keyof typeof scenarioFields;
/** The values of a scenario, by field; instants and lengths as they were written. */
export type ScenarioText = { readonly [F in ScenarioFieldName]?: string | boolean | readonly string[] };

/** The fields that a scenario for a process of `kind` may have, in table order. */
export function scenarioFieldsOf(kind: ProcessKind): [ScenarioFieldName, FieldSpec][] {
  return (Object.entries(scenarioFields) as [ScenarioFieldName, ScenarioField][]).filter(
    ([, field]) => field.for === undefined || field.for === kind,
  );
}
