/**
 * Owns the shapes of the configuration files as zod schemas, from which the published JSON Schemas
 * are generated. Knows nothing of references across files (checks/cross-references.ts).
 */
import { z } from 'zod';
import { webAddress } from '../../contracts/address-shapes';
import { deadlineKinds } from '../../contracts/deadline-kinds';
import {
  dayMs,
  minuteMs,
  type DeadlineKind,
  allTold,
  announcedMoments,
  type AnnouncedEvent,
  type Length,
} from '../../domain';
import { atLeast, no, parseDuration, parseLength, type Parsed } from '../../domain/time/duration';
import { calendarShape } from './calendar-shapes';
import { addresses, channelsShape } from './channel-shapes';
import { emailAddress, id, ids, oneOrMore, severityId, words } from './field-shapes';
import { onCallShape } from './on-call-shapes';

/**
 * Text that `parser` reads; its sentence is the error. `orElse`: never seen in a file that fits.
 */
function parsed<T>(parser: (text: unknown) => Parsed<T>, orElse: T) {
  return z
    .unknown()
    .superRefine((value, context) => {
      const read = parser(value);
      if (!read.ok) context.addIssue({ code: 'custom', message: read.message });
    })
    .transform((value) => {
      const read = parser(value);
      return read.ok ? read.value : orElse;
    });
}
/** Elapsed time such as `90s` or `1h30m`, in ms. */
export const duration = parsed(parseDuration, 0);
/**
 * How often or after what time somebody is paged: pages every second would be a fault in itself.
 */
const pause = parsed((text) => atLeast(parseDuration(text), minuteMs, text), 0);
/**
 * Elapsed time, or business time such as `4bh` or `2bd`. Where days do not count, compile/policy.ts
 * refuses them: it knows how many hours a day has.
 */
const length = parsed<Length>(withinYear, { n: 0, unit: 'ms' });
// A longer one is a slip of the pen: nobody is asked for an answer in a year.
function withinYear(text: unknown): Parsed<Length> {
  const read = parseLength(text);
  return read.ok && read.value.unit === 'ms' && read.value.n > yearMs
    ? no(`expected a year (366d) at most, found "${String(text).slice(0, 60)}"`)
    : read;
}
const lengthAbout = 'elapsed time such as 15m, 4h or 1d, or business hours such as 4bh';
const yearMs = 366 * dayMs;
/** The error for anything but a map: `form` shows the whole map. */
function notAMap(form: string) {
  return ({ code, input }: { readonly code?: string | undefined; readonly input?: unknown }) =>
    code === 'invalid_type' ? `${form}; found ${JSON.stringify(input)?.slice(0, 60)}` : undefined;
}
const instantText = z.string().max(80);

const severity = z.strictObject({
  name: words,
  means: words,
  examples: z.array(words).default([]),
  response: length.describe(lengthAbout),
  hint: words.optional(),
  'update-every': length.optional().describe(`how often an update is due: ${lengthAbout}`),
  update: z
    .union([z.literal('none'), z.strictObject({ once: length })], {
      error: 'expected none, or { once: 2bd } for one update; for one after the other, write update-every: 30m instead',
    })
    .optional()
    .describe('instead of update-every: `none`, or `{ once: 2bd }` for one update and no more'),
  insist: pause
    .optional()
    .describe('how often primary and whoever has it are paged once the ladder of the response is at its end'),
  'acknowledged-for': pause
    .optional()
    .describe('without an answer by whoever has it for so long, the response opens again'),
  'escalate-to': ids.min(1),
  inform: ids.default([]),
  'page-during': z.literal('working-hours').optional(),
  page: z.literal('none').optional().describe('nobody is paged at this level: what would page reminds'),
  default: z.literal(true).optional().describe('the level of a release that names none'),
  calendar: id.optional().describe('a calendar of calendar.yaml, in which processes of this severity count'),
  ladders: z
    .partialRecord(z.enum(deadlineKinds), id)
    .optional()
    .describe('by kind of deadline: a ladder under `ladders` instead of that of the kind'),
});
/** One value, or several of which one is enough. */
function some<T extends z.ZodType>(one: T) {
  return z.union([one, z.array(one).min(1)]).optional();
}
const when = z
  .strictObject({
    severity: some(severityId),
    label: some(words),
    team: some(id),
    service: some(id),
    'customer-facing': z.boolean().optional(),
    strategy: some(z.enum(['blue-green', 'canary', 'rolling'])),
  })
  .optional()
  .describe('applies only while all of this holds; of a list, one entry is enough');
const each = z.literal('service').optional().describe('repeated for each affected service');
const check = z.union([
  id,
  z.strictObject({ name: id, 'at-least': z.number().optional(), 'valid-for': duration.optional() }),
]);
const ownLadder = id.optional().describe('a ladder under `ladders` that it climbs instead of that of its kind');
const item = z.union([
  words,
  z.strictObject({
    text: words,
    'if-needed': z.boolean().optional(),
    when,
    needs: ids.min(1).optional().describe('items that have to be done or skipped before'),
    due: instantText.optional(),
    ladder: ownLadder,
    owner: id.optional(),
    evidence: z.literal('required').optional(),
    'done-when': z.string().max(80).optional(),
    check: check.optional(),
    shows: z.enum(['recent-changes']).optional().describe('what is listed under the item'),
  }),
]);
const phase = z.strictObject({
  stage: words.optional(),
  name: words,
  hint: words.optional(),
  opens: instantText.optional(),
  due: instantText.optional(),
  ladder: ownLadder,
  when,
  each,
  groups: z.record(id, z.strictObject({ name: words, when, each, items: z.record(id, item) })),
});
const gate = z.strictObject({
  before: id,
  due: instantText.optional(),
  'not-before': instantText.optional().describe('the gate stays closed until then, whatever the votes say'),
  approvers: z
    .strictObject({
      min: z.int().min(1).max(20).optional().describe('how many different people have to say go'),
      roles: ids.default([]),
    })
    .default({ roles: [] })
    .describe('who decides, besides the approvers of the teams; may be left out where `each` or `passes` says enough'),
  passes: z
    .strictObject(
      {
        'at-least': z
          .int()
          .min(1)
          .max(20)
          .optional()
          .describe('how many different people have to say go (default: min)'),
        majority: z.boolean().default(false).describe('more go than no-go and defer'),
        veto: z.boolean().default(true).describe('one no-go or defer closes the gate'),
      },
      { error: notAMap('write passes: { at-least: 2, majority: true, veto: false }') },
    )
    .optional(),
  each: ids.min(1, 'expected at least one role').optional().describe('a holder of each of these roles has to say go'),
  never: z.literal('planner').optional(),
  override: ids.default([]),
  requires: ids.default([]),
  'stale-on': z.array(z.enum(['reschedule', 'reopen-items'])).default([]),
});
const recipient = z.string().min(1).max(60);
const rung = z.strictObject({
  at: instantText,
  page: z.array(recipient).min(1).optional(),
  remind: z.array(recipient).min(1).optional(),
  when,
  during: z.literal('working-hours').optional(),
  repeat: z.strictObject({ every: instantText, times: z.int().min(1).max(100) }).optional(),
  then: z.literal('nothing').optional().describe('of the last rung: the ladder says nothing after its end'),
});
const ladder = z.array(rung).min(1).max(20);

const announced = z.enum([...new Set(Object.values(announcedMoments).flatMap(Object.keys))] as [
  AnnouncedEvent,
  ...AnnouncedEvent[],
]);

export const templateShape = z.strictObject({
  kind: z.enum(['incident', 'release']),
  name: id,
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'expected a version such as 1.0.0'),
  default: z
    .literal(true)
    .optional()
    .describe('processes that name no template follow this one; needed when there are several of one kind'),
  'restricted-to': ids
    .min(1)
    .optional()
    .describe('only these people and roles, and whoever is involved, see a process; only these audiences hear of it'),
  severities: z
    .record(severityId, severity)
    .superRefine((levels, context) => {
      const count = Object.keys(levels).length;
      if (count > 9) context.addIssue({ code: 'custom', message: `expected at most 9 levels, found ${count}` });
    })
    .default({})
    .describe('1 to 9 levels with names of their own, the worst first; a release may have none'),
  phases: z.record(id, phase),
  deployment: id
    .optional()
    .describe(
      'the phase that start-deployment begins; default: the one called deployment, else the one with an item `done-when: deployed`',
    ),
  gates: z.record(id, gate).default({}),
  'incidents-close-gates': z
    .union([z.literal('never'), severityId], { error: 'expected a level of incidents such as P1, or never' })
    .optional()
    .describe(
      'releases only: an open incident at this level or a worse one, on a service of the release, closes its gates; default: the two worst levels; `never`: no incident closes them',
    ),
  ladders: z
    .object({
      response: ladder.optional(),
      phase: ladder.optional(),
      item: ladder.optional(),
      update: ladder.optional(),
      gate: ladder.optional(),
      'action-item': ladder.optional(),
    } satisfies Record<DeadlineKind, z.ZodType>)
    .catchall(ladder)
    .default({})
    .describe('by kind of deadline; any other name is a ladder that a phase, an item, a level or a team names'),
  announcements: z
    .array(
      z.strictObject({
        on: announced,
        severity: z.array(severityId).min(1, 'expected at least one level').optional(),
        'customer-facing': z.boolean().optional(),
        to: z
          .array(z.union([id, z.literal(allTold)]))
          .min(1)
          .describe('audiences; `all told`: every audience that has heard of the process'),
      }),
    )
    .default([])
    .describe('audiences that hear of an event in addition to the `inform` of the severity'),
});

export const peopleShape = z.strictObject({
  people: z.record(
    id,
    z.strictObject({
      name: words,
      roles: ids.default([]),
      reach: ids.default([]),
      addresses: addresses.optional(),
      email: emailAddress
        .optional()
        .describe('as the identity provider knows the person, who signs in by it; no mail is sent there'),
      zone: z
        .string()
        .min(1)
        .max(60)
        .optional()
        .describe(
          'the clock of times in messages to this person, such as Europe/Athens; default: that of calendar.yaml',
        ),
    }),
  ),
});
/** Each names a person or a schedule, or several of these. */
const slot = oneOrMore.optional();
const onCallSlots = { primary: slot, secondary: slot, 'escalation-manager': slot };
/** One template, or one of each kind. */
const followed = z.union([id, ids.min(1).max(2)]).optional();
export const servicesShape = z.strictObject({
  'default-team': id,
  labels: z
    .record(id, z.strictObject({ template: followed.describe('the template that incidents with this label follow') }))
    .default({})
    .describe('labels of incidents that mean something'),
  teams: z.record(
    id,
    z.strictObject({
      ...onCallSlots,
      approvers: ids.default([]),
      addresses: addresses.optional().describe('where announcements to `affected-teams` go'),
      calendar: id
        .optional()
        .describe('a calendar of calendar.yaml, in which processes about services of this team count'),
      ladder: id
        .optional()
        .describe('a ladder of an incident template, which responses about services of this team climb'),
    }),
  ),
  services: z.record(
    id,
    z.strictObject({
      team: id,
      tier: z.int().min(1).max(9).optional(),
      owners: ids.optional(),
      'on-call': z.strictObject(onCallSlots).optional().describe('replaces the same slots of the team'),
      links: z.record(id, webAddress).optional(),
      addresses: addresses.optional().describe('chat channel of the service, instead of that of its team'),
      template: followed.describe('the template that its incidents or releases follow'),
      'status-page': z
        .strictObject({ name: words.optional(), component: z.string().min(1).max(60).optional() })
        .optional()
        .describe('the service on the public status page'),
    }),
  ),
});
const contact = z.strictObject({
  name: words,
  category: words.optional(),
  hint: words.optional(),
  links: z.record(id, webAddress).optional(),
  phone: words.optional(),
  email: words.optional(),
  services: ids.optional().describe('the contact matters when one of these services is affected'),
  labels: ids.optional().describe('the contact matters when an incident has one of these labels'),
});
export const contactsShape = z.strictObject({
  contacts: z.record(id, contact).default({}),
  tools: z.record(id, contact).default({}),
});

/** Every file of the folder with its shape, except templates. */
export const fileShapes = {
  people: peopleShape,
  services: servicesShape,
  channels: channelsShape,
  calendar: calendarShape,
  contacts: contactsShape,
  'on-call': onCallShape,
} as const;

export type TemplateFile = z.infer<typeof templateShape>;
export type PeopleFile = z.infer<typeof peopleShape>;
export type ServicesFile = z.infer<typeof servicesShape>;
export type ContactsFile = z.infer<typeof contactsShape>;
