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
  severityAt: { type: 'short', list: true, flag: 'severity-at', about: 'the severity changes: 20m=P0' },
  statusAt: { for: 'incident', type: 'short', list: true, flag: 'status-at', about: 'the status: 10m=identified' },
  updateEvery: { for: 'incident', type: 'short', about: 'somebody posts an update at this interval, such as 25m' },
  escalate: { type: 'short', list: true, about: 'somebody escalates: 10m, or 10m=cto' },
  handOff: { for: 'incident', type: 'short', list: true, about: 'the incident is handed off: 1h=bruno' },
  snooze: { type: 'short', list: true, about: "a deadline's ladder waits: update@30m..45m" },
  done: { type: 'short', list: true, about: 'items, or all items of a phase, are done: 3d=planning' },
  resolve: { for: 'incident', type: 'short', about: 'the incident is resolved, such as 2h' },
  reopen: { for: 'incident', type: 'short', list: true, about: 'the incident is reopened: 3h' },
  reschedule: { for: 'release', type: 'short', list: true, about: 'the target moves: 3d=2026-12-16T10:00' },
  go: { type: 'short', about: 'the phases that the gates require are completed, and enough people vote go: 5d' },
  vote: {
    type: 'short',
    list: true,
    about: 'one person votes at the gate: 2h=go by ana, 3h=no-go, 4h=override; of several gates: 2h=go at sign-off',
  },
  deploy: { for: 'release', type: 'short', about: 'the deployment begins: target, or 6d; 3d=early, 3d=override' },
  deployed: { for: 'release', type: 'short', about: 'the release is live: 6d2h' },
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
