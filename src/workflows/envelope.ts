/**
 * Owns how an Update or a Signal becomes a command: the shape of its one argument, checked with
 * plain code so that nothing that a client may send can fail a workflow task. The domain decides
 * whether the command is accepted.
 */
import { checkShape } from '../contracts/command-shape';
import {
  dayMs,
  type Actor,
  type AnsweredPage,
  type Change,
  type Calendars,
  type Command,
  type CommandHeader,
  type Frozen,
  type ProcessCommandName,
  type RecentChanges,
  type Refusal,
  type Teams,
} from '../domain';
import { isUndecodable } from './payload-converter';
import { given } from '../given';

/**
 * The one argument of every command's Update and Signal. Only `actor` is always needed; an absent
 * `body` counts as {}.
 */
export type CommandEnvelope = Omit<CommandHeader, 'actor'> & {
  readonly body?: unknown;
  readonly actor: Pick<Actor, 'person'> & Partial<Actor>;
};

export type Read<N extends ProcessCommandName> =
  | { readonly ok: true; readonly command: Command<N> }
  | { readonly ok: false; readonly command: CommandHeader; readonly refusal: Refusal };

/** The actor of an argument that could not be read. */
const unknownActor: Actor = { person: 'unknown', known: false, roles: [], approves: [] };

/**
 * Reads the argument of the Update or Signal called `name`. When the argument does not fit, the
 * refusal says where and what would be right, and `command` holds what could be read, for the
 * timeline.
 */
export function readEnvelope<N extends ProcessCommandName>(name: N, value: unknown): Read<N> {
  const errors: { path: string; message: string }[] = [];
  if (isUndecodable(value)) return refused(name, [{ path: '', message: `could not be decoded: ${value.because}` }]);
  if (!isRecord(value))
    return refused(name, [{ path: '', message: 'expected an object like {"actor": {"person": "ana"}, "body": {}}' }]);

  const actor = readActor(value['actor'], errors);
  const receivedAt = optional(value, 'receivedAt', isInstant, 'an instant in milliseconds since 1970', errors);
  const key = optional(value, 'key', isShortText, 'a string of 1 to 300 characters', errors);
  const fingerprint = optional(value, 'fingerprint', isShortText, 'a string of 1 to 300 characters', errors);
  const ifRevision = optional(value, 'ifRevision', Number.isSafeInteger, 'a whole number', errors);
  const ifMark = optional(value, 'ifMark', isShortText, 'a string of 1 to 300 characters', errors);
  const ifRound = optional(value, 'ifRound', Number.isSafeInteger, 'a whole number', errors);
  const page = optional(value, 'page', isAnsweredPage, 'the answered page', errors) as AnsweredPage | undefined;
  const teams = optional(value, 'teams', isTeams, 'the team of each service', errors) as Teams | undefined;
  const calendars = optional(value, 'calendars', isCalendars, 'compiled calendars', errors) as Calendars | undefined;
  const frozen = optional(value, 'frozen', isFrozen, 'the freezes in force', errors) as Frozen | undefined;
  const recent = optional(value, 'recent', isRecentChanges, 'the latest changes', errors) as RecentChanges | undefined;
  for (const field of Object.keys(value))
    if (!envelopeFields.has(field))
      errors.push({ path: field, message: `unknown; known are ${[...envelopeFields].join(', ')}` });
  const shape = checkShape(name, value['body'] ?? {});
  if (!shape.ok)
    errors.push(...shape.errors.map(({ path, message }) => ({ path: path === '' ? 'body' : `body.${path}`, message })));

  if (errors.length > 0 || !shape.ok) return refused(name, errors, actor);
  return {
    ok: true,
    command: {
      name,
      body: shape.body,
      actor,
      ...given({
        receivedAt: receivedAt as number | undefined,
        key: key as string | undefined,
        fingerprint: fingerprint as string | undefined,
        ifRevision: ifRevision as number | undefined,
        ifMark: ifMark as string | undefined,
        ifRound: ifRound as number | undefined,
        page,
        teams,
        calendars,
        frozen,
        recent,
      }),
    },
  };
}

/**
 * How many faults a refusal names. More faults help nobody, and an answer larger than Temporal
 * takes would fail the workflow task for ever.
 */
const shownErrors = 20;
const shownPath = 120;
const envelopeFields = new Set([
  'name',
  'body',
  'actor',
  'receivedAt',
  'key',
  'fingerprint',
  'ifRevision',
  'ifMark',
  'ifRound',
  'page',
  'teams',
  'calendars',
  'frozen',
  'recent',
]);
type Errors = { path: string; message: string }[];

function refused(name: ProcessCommandName, found: Errors, actor: Actor = unknownActor): Read<never> {
  const errors = found.slice(0, shownErrors).map(({ path, message }) => ({ path: path.slice(0, shownPath), message }));
  if (found.length > shownErrors) errors.push({ path: '', message: `and ${found.length - shownErrors} more` });
  const message = `${name} does not fit: ${errors.map((error) => (error.path === '' ? error.message : `${error.path}: ${error.message}`)).join('; ')}`;
  return {
    ok: false,
    command: { actor },
    refusal: { kind: 'invalid', reason: 'malformed', message, errors },
  };
}

function readActor(value: unknown, errors: Errors): Actor {
  if (!isRecord(value) || !isShortText(value['person'])) {
    errors.push({ path: 'actor', message: 'expected an object with the name of who acts, like {"person": "ana"}' });
    return unknownActor;
  }
  const known = optional(value, 'known', (it) => typeof it === 'boolean', 'true or false', errors, 'actor.');
  const roles = optional(value, 'roles', isListOfText, 'a list of roles', errors, 'actor.');
  const approves = optional(value, 'approves', isListOfText, 'a list of services', errors, 'actor.');
  const teams = optional(value, 'teams', isListOfText, 'a list of teams', errors, 'actor.') as string[] | undefined;
  const via = optional(value, 'via', isShortText, 'a string of 1 to 300 characters', errors, 'actor.');
  return {
    person: value['person'],
    known: known === true,
    roles: (roles ?? []) as string[],
    approves: (approves ?? []) as string[],
    ...given({ teams, via: via as string | undefined }),
  };
}

function optional(
  from: Record<string, unknown>,
  field: string,
  fits: (value: unknown) => boolean,
  expected: string,
  errors: Errors,
  at = '',
): unknown {
  const value = from[field] ?? undefined;
  if (value === undefined || fits(value)) return value;
  errors.push({ path: at + field, message: `expected ${expected}` });
  return undefined;
}
export function isRecord(value: unknown): value is Record<string, unknown> {
  // Bytes, which an encoding other than JSON may bring, are not read field by field.
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
/** An instant that a Date can hold. */
export function isInstant(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= 8.64e15;
}
/** An instant in whole milliseconds. */
export function isWholeInstant(value: unknown): boolean {
  return Number.isSafeInteger(value) && isInstant(value);
}
function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 300;
}
function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 1_000 && value.every((entry) => typeof entry === 'string');
}
function isAnsweredPage(value: unknown): boolean {
  if (!isRecord(value) || !isShortText(value['key']) || !isListOfText(value['channels'])) return false;
  const { via } = value;
  if (!isRecord(via) || !isShortText(via['source'])) return false;
  return (via['name'] === undefined || isShortText(via['name'])) && (via['closed'] ?? true) === true;
}
function isTeams(value: unknown): boolean {
  if (!isRecord(value) || !isShortText(value['default']) || !isRecord(value['of'])) return false;
  const teams = Object.values(value['of']);
  return teams.length <= 1_000 && teams.every(isShortText);
}
/** The latest changes of services, as the API finds them. */
export function isRecentChanges(value: unknown): value is RecentChanges {
  if (!isRecord(value) || !Number.isSafeInteger(value['more']) || !Array.isArray(value['changes'])) return false;
  const { changes } = value;
  return changes.length <= 50 && changes.every(isChange);
}
/** A change of services, as the log keeps it. */
export function isChange(value: unknown): value is Change {
  return (
    isRecord(value) &&
    [value['id'], value['kind'], value['source'], value['title']].every(isShortText) &&
    isInstant(value['at']) &&
    isListOfText(value['services'])
  );
}
function isCalendars(value: unknown): boolean {
  if (!isRecord(value) || !isCalendar(value['calendar'])) return false;
  const { calendars } = value;
  return calendars === undefined || (isRecord(calendars) && Object.values(calendars).every(isCalendar));
}
// The rules count on what the compiler of calendars guarantees: with hours that end before they
// begin, or clock changes out of order, counting would never come to an end.
function isCalendar(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { zone, from, until, offset, transitions, week, holidays, halfDays, freezes } = value;
  return (
    typeof zone === 'string' &&
    isInstant(from) &&
    isInstant(until) &&
    Number(until) <= lastHorizon &&
    isClockOffset(offset) &&
    isTransitions(transitions) &&
    Array.isArray(week) &&
    week.length === 7 &&
    week.every(isWindows) &&
    isListOfText(holidays) &&
    (halfDays === undefined || (isRecord(halfDays) && Object.values(halfDays).every(isWindows))) &&
    (freezes === undefined || isFreezes(freezes))
  );
}
/** Instants that count from the horizon of a calendar must still be dates. */
const lastHorizon = Date.UTC(9999, 0, 1);
function isClockOffset(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) <= 2 * dayMs;
}
function isTransitions(value: unknown): boolean {
  let before = -Infinity;
  return (
    Array.isArray(value) &&
    value.every((transition: unknown) => {
      if (!isRecord(transition) || !isInstant(transition['at']) || !isClockOffset(transition['offset'])) return false;
      const isLater = Number(transition['at']) > before;
      before = Number(transition['at']);
      return isLater;
    })
  );
}
// Minutes of a day; the windows stand in order.
function isWindows(value: unknown): boolean {
  let before = 0;
  return (
    Array.isArray(value) &&
    value.length <= 1_000 &&
    value.every((window: unknown) => {
      if (!Array.isArray(window) || window.length !== 2 || !window.every(Number.isInteger)) return false;
      const [from, to] = window as [number, number];
      const isInOrder = before <= from && from < to && to <= 24 * 60;
      before = to;
      return isInOrder;
    })
  );
}
function isFreezes(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= 1_000 &&
    value.every((freeze) => isRecord(freeze) && [freeze['from'], freeze['to'], freeze['why']].every(isShortText))
  );
}
function isFrozen(value: unknown): boolean {
  if (!isRecord(value) || !Array.isArray(value['freezes']) || value['freezes'].length > 1_000) return false;
  const isWindow = (window: unknown): boolean =>
    isRecord(window) &&
    [window['id'], window['title']].every(isShortText) &&
    [window['from'], window['until']].every(isInstant) &&
    isListOfText(window['allow']);
  return value['freezes'].every(isWindow) && (value['freeAt'] === null || isInstant(value['freeAt']));
}
