/**
 * Owns the one table of commands: the name of each command, the kinds of process that take it, its
 * fields. The workflow messages, the HTTP routes, the OpenAPI document and the CLI verbs are all
 * generated from this table. Plain data that imports only types, so that workflow code may load it.
 * Knows no rules.
 */
import type { ApiRole } from './access';

export type ProcessKind = 'incident' | 'release';
/** The id of a level of the template, such as `P0` or `sev1` (R28). */
export type Severity = string;
/** The level of a release whose template has none. A level of a file cannot have this name. */
export const noLevel = 'none';
/** `[P0] ` at the beginning of a line; nothing where there are no levels. */
export const levelTag = (severity: Severity): string => (severity === noLevel ? '' : `[${severity}] `);
/** `P0 ` at the beginning of a line; nothing where there are no levels. */
export const levelWord = (severity: Severity): string => (severity === noLevel ? '' : `${severity} `);

/**
 * Field types. `title` <= 200 characters on one line; `text` <= 4 KB; `name` an identifier-like
 * string <= 120; `person`, `role`, `service`, `item`, `recipient`, `reader` (a person or a role of
 * people.yaml), `process`, `schedule` are names that must be known; `instant` is an RFC 3339
 * instant or a local time in the calendar's zone or a length from now, such as 2h or 10m ago (the
 * API normalises to an instant); `duration` such as 5m, 1h30m, 2d or PT15M; `value` a number or
 * short string; `short` <= 200 characters.
 */
export type FieldType =
  | 'title' | 'text' | 'short' | 'name' | 'person' | 'role' | 'service' | 'item' | 'recipient' | 'reader' | 'process' | 'schedule' | 'url'
  | 'duration' | 'instant' | 'boolean' | 'value' | 'severity' | 'enum';

export interface FieldSpec {
  readonly type: FieldType;
  readonly required?: true;
  /** An array of `type`; the CLI flag is then `flag`, singular and repeated. */
  readonly list?: true;
  /** Lists only: a single entry may stand without a list. */
  readonly orOne?: true;
  readonly nullable?: true;
  readonly values?: readonly string[];
  /** An instant that may also be a date alone: the end of working hours on that date. */
  readonly byDate?: true;
  /** CLI flag without dashes when it is not the kebab-case of the field's name. */
  readonly flag?: string;
  /**
   * An optional field that may be the last word on the command line, as people expect: `resolve ID
   * "rolled back"`; if it is a list, the last words.
   */
  readonly lastWord?: true;
  /** The id of a process may stand here, among other things. */
  readonly orProcess?: true;
  /**
   * The role that a body with this field needs besides; by value, where only some values need it.
   */
  readonly needs?: ApiRole | Readonly<Record<string, ApiRole>>;
  /**
   * No program of a CI may give the field: it passes over a rule, which a person has to answer for.
   */
  readonly peopleOnly?: true;
  readonly about: string;
}

export interface CommandSpec {
  readonly for: readonly ProcessKind[];
  /**
   * The API role without which nobody gives the command (docs/access.md); by kind where they
   * differ.
   */
  readonly needs: ApiRole | Readonly<Record<ProcessKind, ApiRole>>;
  /** No program of a CI may give the command, whatever its token says. */
  readonly peopleOnly?: true;
  /** The command starts a process instead of acting on a running process. */
  readonly starts?: true;
  /** Short CLI names of the verb. */
  readonly alias?: readonly string[];
  /** The command line takes several ids and gives the command to each process in turn. */
  readonly severalIds?: true;
  readonly about: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
}

const both = ['incident', 'release'] as const;
const incident = ['incident'] as const;
const release = ['release'] as const;
const reason = { type: 'text', required: true, about: 'why, kept on the record' } as const;
const labels = {
  type: 'name', list: true, flag: 'label', about: 'subjects, such as security; they decide which outside contacts matter',
} as const;
const drills = {
  drill: { type: 'boolean', about: 'a drill: real clocks, but only drill channels; a drill ends by itself' },
  drillFor: { type: 'duration', about: 'how long the drill may stay open, at most 8h (default 2h)' },
} as const;
const template = { type: 'name', about: 'the template to follow (default: the one marked `default: true`)' } as const;
const restrictedTo = {
  type: 'reader', list: true, flag: 'restricted-to', about: 'only these people and roles, and whoever is involved, see it; nobody else hears of it',
} as const;
const services = { type: 'service', list: true, flag: 'service', about: 'affected services' } as const;

export const commandTable = {
  declare: {
    for: incident, needs: 'responder', starts: true, about: 'declare an incident: its clocks start now',
    fields: {
      title: { type: 'title', required: true, about: 'what is wrong, in one line' },
      severity: { type: 'severity', required: true, about: 'a level of the template' },
      services,
      description: { type: 'text', about: 'what is known so far' },
      customerFacing: { type: 'boolean', about: 'customers notice the incident' },
      usersAffected: { type: 'short', about: 'how many users, such as "1,200" or "30 %"' },
      commander: { type: 'person', about: 'the incident commander, when already known' },
      startedAt: { type: 'instant', about: 'when the trouble began, if before now' },
      labels,
      restrictedTo,
      template,
      ...drills,
    },
  },
  plan: {
    for: release, needs: 'manager', starts: true, about: 'plan a release: its phases and deadlines count from the target',
    fields: {
      title: { type: 'title', required: true, about: 'the release, in one line' },
      targetAt: { type: 'instant', required: true, flag: 'target', about: 'when the release is to go live' },
      services: { ...services, required: true, about: 'services to be released' },
      severity: { type: 'severity', about: 'how bad a delay would be: a level of the template (default: the one it marks)' },
      version: { type: 'short', about: 'version to be released' },
      strategy: { type: 'enum', values: ['blue-green', 'canary', 'rolling'], about: 'deployment strategy' },
      description: { type: 'text', about: 'what the release contains' },
      restrictedTo,
      template,
      ...drills,
    },
  },
  acknowledge: {
    for: incident, needs: 'responder', peopleOnly: true, alias: ['ack'], severalIds: true, about: 'say that you take the incident: meets the response deadline',
    fields: { note: { type: 'text', about: 'a note' } },
  },
  'assign-role': {
    for: both, needs: 'responder', alias: ['assign'], about: 'give a role to a person, or take it away',
    fields: {
      role: { type: 'role', required: true, about: 'commander, technical-lead, communications-lead, ...' },
      person: { type: 'person', required: true, nullable: true, about: 'the person who takes the role; null for nobody' },
    },
  },
  'set-severity': { for: both, needs: 'commander', alias: ['severity'], about: 'change the severity: unmet deadlines move with it', fields: { severity: { type: 'severity', required: true, about: 'a level of the template' }, reason } },
  'set-status': {
    for: incident, needs: 'responder', alias: ['status'], about: 'say how far the investigation has come',
    fields: {
      status: { type: 'enum', values: ['investigating', 'identified', 'monitoring'], required: true, about: 'the new status' },
      note: { type: 'text', lastWord: true, about: 'a note' },
    },
  },
  'post-update': {
    for: both, needs: 'responder', alias: ['update'], about: 'tell an audience the news; in an incident this meets the update deadline',
    fields: {
      text: { type: 'text', required: true, about: 'the update' },
      audience: { type: 'enum', values: ['internal', 'public'], about: 'who sees the update (default internal)' },
      actions: { type: 'short', list: true, flag: 'action', about: 'current actions' },
      nextUpdateAt: { type: 'instant', about: 'when the next update will come, as a promise' },
    },
  },
  'record-impact': {
    for: incident, needs: 'responder', alias: ['impact'], about: 'record which services and users are affected, or no longer are',
    fields: {
      services: { ...services, about: 'services that are affected too; the same as addServices' },
      addServices: { ...services, flag: 'add-service', about: 'services that are affected too' },
      removeServices: { type: 'name', list: true, flag: 'remove-service', about: 'services that are not affected after all, or no longer' },
      customerFacing: { type: 'boolean', about: 'customers notice the incident' },
      usersAffected: { type: 'short', about: 'how many users' },
      description: { type: 'text', about: 'what users see' },
      labels: { ...labels, about: 'subjects of the incident now, such as security' },
      restrictedTo: { ...restrictedTo, needs: 'commander', about: 'from now on only these people and roles, and whoever is involved, see it' },
    },
  },
  'complete-items': {
    for: both, needs: 'responder', alias: ['done'], about: 'tick items of the checklist',
    fields: {
      items: { type: 'item', list: true, lastWord: true, flag: 'item', about: 'item ids, or beginnings that fit only one' },
      phases: { type: 'name', list: true, flag: 'phase', about: 'phases to finish: ticks each item that is still needed; names what needs evidence or a check' },
      note: { type: 'text', about: 'a note; needed over a failed check: why the item is done all the same' },
      evidence: { type: 'text', about: 'link or words that prove that the items are done' },
    },
  },
  'skip-items': { for: both, needs: 'commander', alias: ['skip'], about: 'say that items will not be done, and why', fields: { items: { type: 'item', list: true, required: true, flag: 'item', about: 'item ids, or beginnings that fit only one' }, reason } },
  'reopen-items': { for: both, needs: 'responder', about: 'reopen items that are not done after all', fields: { items: { type: 'item', list: true, required: true, flag: 'item', about: 'item ids, or beginnings that fit only one' }, reason } },
  snooze: {
    for: both, needs: 'responder', about: "let a deadline's ladder wait until a stated time",
    fields: {
      deadline: { type: 'name', required: true, about: 'deadline id, such as update or phase.assessment' },
      until: { type: 'instant', required: true, about: 'when the ladder goes on' },
      reason,
    },
  },
  escalate: {
    for: both, needs: 'responder', about: 'page somebody now', fields: {
      reason,
      to: { type: 'recipient', list: true, orOne: true, flag: 'to', about: "people, roles, slots, teams or schedules (default: the response ladder's next rung)" },
    },
  },
  'hand-off': {
    for: incident, needs: 'responder', about: 'ask somebody to take the incident from whoever has it: they are paged, and accept by acknowledging', fields: {
      to: { type: 'person', about: 'the person who is to take it (default: the one person on call now)' },
      note: { type: 'text', lastWord: true, about: 'what the next person has to know' },
    },
  },
  restrict: {
    for: both, needs: 'commander', about: 'say who sees it: people and roles, besides those of its template and whoever is involved; nobody else hears of it',
    fields: { to: { type: 'reader', list: true, required: true, flag: 'to', about: 'people and roles; they replace those who were named before' } },
  },
  unrestrict: { for: both, needs: 'commander', about: 'let everybody see it again; announces nothing', fields: { reason } },
  'set-title': { for: both, needs: 'responder', alias: ['title'], about: 'give another title: lists and later messages have it', fields: { title: { type: 'title', required: true, about: 'the new title, in one line' } } },
  comment: { for: both, needs: 'responder', about: 'write on the timeline', fields: { text: { type: 'text', required: true, about: 'the comment' } } },
  'add-action-item': {
    for: both, needs: 'responder', alias: ['action'], about: 'promise a follow-up with an owner and a due date',
    fields: {
      title: { type: 'title', required: true, about: 'what is to be done' },
      owner: { type: 'recipient', required: true, about: 'who does the work' },
      dueAt: { type: 'instant', required: true, byDate: true, flag: 'due', about: 'when the work is due; a date alone means the end of working hours on that date' },
    },
  },
  'complete-action-item': { for: both, needs: 'responder', about: 'say that an action item is done', fields: { actionItem: { type: 'name', required: true, about: 'number of the action item, such as 1' } } },
  'drop-action-item': {
    for: both, needs: 'responder', about: 'say that an action item will not be done, and why',
    fields: { actionItem: { type: 'name', required: true, about: 'number of the action item, such as 1' }, reason },
  },
  link: {
    for: both, needs: 'responder', about: 'link a ticket, a runbook or another process to this one',
    fields: {
      to: { type: 'short', required: true, orProcess: true, about: 'the target: a URL or a process id' },
      relation: { type: 'enum', values: ['caused-by', 'duplicate-of', 'rolled-back-by', 'ticket', 'runbook', 'dashboard', 'conference', 'other'], required: true, about: 'how the target relates to this process' },
      title: { type: 'title', about: 'the words to show for the link' },
    },
  },
  resolve: { for: incident, needs: 'responder', about: 'say that the service is restored; nobody is told of open items any more', fields: { summary: { type: 'text', lastWord: true, about: 'how the incident was resolved' } } },
  reopen: { for: incident, needs: 'commander', about: 'the incident was not over: a fresh response round begins', fields: { reason } },
  'write-review': {
    for: both, needs: 'responder', alias: ['review'], about: 'write the review',
    fields: {
      rootCause: { type: 'text', about: 'technical root cause' },
      resolution: { type: 'text', about: 'how the problem was resolved' },
      wentWell: { type: 'text', list: true, flag: 'went-well', about: 'what went well' },
      couldImprove: { type: 'text', list: true, flag: 'could-improve', about: 'what could be improved' },
    },
  },
  merge: { for: incident, needs: 'commander', about: 'end this incident, because another one is about the same problem', fields: {
    into: { type: 'process', required: true, about: 'the incident that stays' },
    severity: { type: 'severity', about: 'what this incident counts as there; needed where the two follow different templates' },
  } },
  cancel: { for: both, needs: 'commander', about: 'call off the incident or release', fields: { reason } },
  close: { for: both, needs: { incident: 'responder', release: 'manager' }, about: 'end the incident or release; refused while required items are open; action items go on', fields: { skipRest: { type: 'text', needs: 'commander', about: 'reason to skip the items that are still open; action items stay' } } },
  'report-check': {
    for: both, needs: 'responder', about: 'report a CI result: ticks or reopens the item of the check',
    fields: {
      check: { type: 'name', required: true, about: 'name of the check' },
      result: { type: 'enum', values: ['pass', 'fail'], required: true, about: 'the result' },
      value: { type: 'value', about: 'a measured value, such as coverage in percent' },
      url: { type: 'url', about: 'where the result can be read' },
      at: { type: 'instant', about: 'when it was measured (default now)' },
    },
  },
  decide: {
    for: both, needs: 'responder', peopleOnly: true, about: 'vote at a gate, or override a closed one', fields: {
      gate: { type: 'name', required: true, about: 'gate id, such as go-no-go' },
      decision: { type: 'enum', values: ['go', 'no-go', 'defer', 'override'], required: true, needs: { override: 'commander' }, about: 'your decision; override passes a closed gate, for a reason' },
      note: { type: 'text', about: 'why; needed by override' },
    },
  },
  reschedule: {
    for: release, needs: 'manager', about: 'move the target: everything that counts from it moves too',
    fields: {
      targetAt: { type: 'instant', required: true, flag: 'target', about: 'the new target' },
      reason,
      dryRun: { type: 'boolean', about: 'only show what would move' },
    },
  },
  'start-deployment': { for: release, needs: 'manager', alias: ['deploy'], about: 'begin the deployment; refused while a gate is closed, and before its phase opens', fields: {
    override: { type: 'text', peopleOnly: true, about: 'reason to pass a closed gate, and to begin early' },
    early: { type: 'text', peopleOnly: true, about: 'reason to begin before the phase opens' },
  } },
  'mark-deployed': { for: release, needs: 'manager', alias: ['deployed'], about: 'say that the release is live', fields: { at: { type: 'instant', about: 'since when it is live (default now)' } } },
  'roll-back': {
    for: release, needs: 'manager', about: 'take the release back; open items and gates do not prevent this',
    fields: { reason, declare: { type: 'severity', about: 'declare an incident of this severity as well' } },
  },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof commandTable;
export type StartCommandName = 'declare' | 'plan';
/** Commands that act on a running process: Updates, Signals and routes. */
export type ProcessCommandName = Exclude<CommandName, StartCommandName>;
/** Names of the commands that a running process of kind `K` takes. */
export type CommandOf<K extends ProcessKind> = {
  [N in ProcessCommandName]: K extends (typeof commandTable)[N]['for'][number] ? N : never;
}[ProcessCommandName];

type Scalar<F extends FieldSpec> = F['type'] extends 'boolean' ? boolean
  : F['type'] extends 'value' ? string | number
  : F extends { values: readonly (infer V)[] } ? V
  : string;
type Value<F extends FieldSpec> = (F extends { list: true } ? Scalar<F>[] : Scalar<F>) | (F extends { nullable: true } ? null : never);
type Fields<N extends CommandName> = (typeof commandTable)[N]['fields'];
type RequiredKeys<T> = { [K in keyof T]: T[K] extends { required: true } ? K : never }[keyof T];
/** The body of a command, as inferred from its fields. Instants are RFC 3339 strings. */
export type CommandBody<N extends CommandName> = { [K in RequiredKeys<Fields<N>>]: Fields<N>[K] extends FieldSpec ? Value<Fields<N>[K]> : never } & {
  [K in Exclude<keyof Fields<N>, RequiredKeys<Fields<N>>>]?: Fields<N>[K] extends FieldSpec ? Value<Fields<N>[K]> : never;
};

/** Names of the commands that a process of `kind` takes, in table order. */
export function commandsFor<K extends ProcessKind>(kind: K): CommandOf<K>[] {
  const specs: Record<string, CommandSpec> = commandTable;
  return Object.keys(specs).filter((name) => specs[name]!.for.includes(kind) && !specs[name]!.starts) as CommandOf<K>[];
}
