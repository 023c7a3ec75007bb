/**
 * Owns the shape of alerts.yaml: the sources that may send alerts, how their payloads are read, and
 * the rules that say where an alert leads. Knows nothing of the presets (alert-presets/).
 */
import { z } from 'zod';
import { id, secrets, severityId, words } from './field-shapes';
import { duration } from './shapes';

const text = z.string().trim().min(1).max(400);
/** One text, or several that are tried in turn. */
const texts = z.union([text, z.array(text).min(1).max(10)]);
const stateWords = z.union([z.string().max(120), z.array(z.string().max(120)).min(1).max(40)]);
const says = z.enum(['firing', 'resolved', 'acknowledged']);

const state = z.union([
  says,
  z.strictObject({ until: text.describe('fires while this instant is ahead') }),
  z.strictObject({
    of: texts.describe('where the sender says it'),
    firing: stateWords.optional(),
    resolved: stateWords.optional(),
    acknowledged: stateWords.optional(),
    ignored: stateWords.optional().describe('words that say nothing: a test, a note'),
  }),
]);

const fields = {
  key: texts.optional().describe('the identity of the alert: the same when it fires and when it ends'),
  state: state.optional().describe('which words mean that it fires, and that it has ended'),
  title: texts.optional(),
  text: texts.optional(),
  severity: texts.optional().describe("where the sender's word stands"),
  service: texts.optional().describe("where the sender's word for the service stands"),
  runbook: texts.optional(),
  'starts-at': texts.optional(),
  'ends-at': texts.optional(),
  'ends-after': duration.optional().describe('its sender tells no end: it has ended when it was not heard for so long'),
  by: texts.optional().describe('who acknowledged or ended it, if it was a person'),
  links: z.record(words, text).optional(),
};
const label = z.union([
  text,
  z.strictObject({ list: text, name: text.default('name'), value: text.default('value') }),
  z.strictObject({ pairs: text, between: z.string().min(1).default(','), within: z.string().min(1).default(':') }),
  z.strictObject({
    part: text.describe('a text: what stands in it behind `after` and before `before` is the label `name`'),
    name: words,
    after: z.string().min(1).max(120).optional(),
    before: z.string().min(1).max(120).optional(),
  }),
]);

export const mappingShape = z.strictObject({
  open: text.optional().describe('a text that holds JSON: what it holds is read'),
  each: z.string().trim().max(400).optional().describe('a list: each entry is an alert; "" for the body itself'),
  ...fields,
  labels: z.union([label, z.array(label).max(10)]).optional(),
  unset: z.array(text).max(20).optional().describe('words that mean that there is no value, such as "$*"'),
  group: z.strictObject({ key: text, state: state.optional(), 'left-out': text.optional() }).optional(),
  variants: z
    .array(z.strictObject({ when: z.record(text, stateWords), ...fields }))
    .max(20)
    .optional()
    .describe('the first whose words fit changes what is above'),
});
export type MappingFile = z.input<typeof mappingShape>;

const signedWithSecret = z.strictObject({
  secret: secrets,
  header: z.string().max(100).optional(),
  'timestamp-header': z.string().max(100).optional(),
});
const signature = z.union(
  [z.literal('sns').describe('Amazon SNS signs with the certificate of its region'), signedWithSecret],
  { error: 'expected sns, or { secret: env:NAME } for a sender that signs with a secret' },
);

/** The regions of AWS and their partitions, whose SNS has an address of the form sns.REGION. */
const topic = z
  .string()
  .regex(
    /^arn:aws(-cn|-us-gov)?:sns:[a-z]{2}(-[a-z]+){1,2}-\d{1,2}:\d{12}:[\w-]{1,256}$/,
    'expected the ARN of a topic of SNS, such as arn:aws:sns:eu-west-1:123456789012:alarms',
  );

const source = z.strictObject({
  preset: id.optional().describe('how its payloads are read'),
  map: mappingShape.optional().describe('how its payloads are read, instead of a preset'),
  key: secrets.optional().describe('what the sender has to show'),
  signature: signature.optional().describe('the sender signs what it sends'),
  topics: z.array(topic).min(1).max(100).optional().describe('with signature: sns, the topics that may send'),
  local: z
    .literal(true)
    .optional()
    .describe('for senders on this machine, which show no key; it takes nothing where people have to sign in'),
  severity: severityId.describe('the level of an alert that says none'),
  severities: z.record(words, severityId).default({}).describe("the sender's words as levels"),
  service: id.optional().describe('the service of an alert that names none'),
  template: id.optional(),
  'resolve-after': duration.default(300_000).describe('how long after the last alert an unanswered incident ends'),
  flapping: z.strictObject({ times: z.int().min(2).max(50), within: duration }).optional(),
  'ends-after': duration
    .optional()
    .describe('its alerts have ended when they were not heard for so long; default: what preset or map say'),
  'again-after': duration
    .optional()
    .describe('how long after the end of its incident an alert that fires on begins another; default: 1h'),
  'expect-every': duration.optional().describe('its silence for so long is an alert'),
  channels: z
    .array(id)
    .min(1)
    .max(100)
    .optional()
    .describe('of a pager: the channels over which Muster pages it; default: all of its type'),
});

const globs = z.union([z.string().max(200), z.array(z.string().max(200)).min(1).max(50)]);
const rule = z.strictObject({
  when: z
    .strictObject({
      source: globs.optional(),
      title: globs.optional(),
      severity: globs.optional(),
      service: globs.optional(),
      labels: z.record(words, globs).optional(),
    })
    .default({})
    .describe('all must fit; in a word, * stands for anything'),
  do: z.enum(['open', 'join', 'ignore']).default('open'),
  service: id.optional(),
  severity: severityId.optional(),
  template: id.optional(),
  title: text.optional().describe('{title}, {service}, {source} and {label.NAME} are filled in'),
  for: duration.optional().describe('how long it has to fire before anybody hears of it'),
  group: z
    .union([words, z.array(words).min(1).max(10)])
    .optional()
    .describe('labels that part incidents'),
  'resolve-after': duration.optional(),
});

const message = z.strictObject({
  when: z.record(text, stateWords).default({}).describe('all of these words have to fit'),
  what: z.enum(['deployment', 'check', 'change', 'ignored']),
  id: texts.optional().describe('the same when the message is repeated; without one its content'),
  state: z
    .strictObject({
      of: texts,
      succeeded: stateWords.optional(),
      failed: stateWords.optional(),
      ignored: stateWords.optional().describe('words that say nothing: a state on the way'),
    })
    .optional(),
  check: texts.optional().describe('where the name of the check stands'),
  title: texts.optional(),
  release: texts.optional().describe('where the id of a release may stand, also among other words'),
  service: texts.optional(),
  version: texts.optional(),
  environment: texts.optional(),
  url: texts.optional(),
  by: texts.optional(),
  at: texts.optional(),
});
export const changeMapShape = z.strictObject({
  labels: z.union([label, z.array(label).max(10)]).optional(),
  messages: z.array(message).min(1).max(20).describe('the first that fits says how the message is read'),
});
export type ChangeMapFile = z.input<typeof changeMapShape>;

const deeds = ['report-check', 'mark-deployed'] as const;
const deployments = z.strictObject({
  preset: id.optional().describe('how its messages are read'),
  map: changeMapShape.optional().describe('how its messages are read, instead of a preset'),
  key: secrets.optional().describe('what the sender has to show'),
  signature: signedWithSecret.optional().describe('the sender signs what it sends'),
  service: id.optional().describe('the service of a message that names none'),
  services: z.record(words, id).default({}).describe("the sender's words as services"),
  environments: z
    .union([z.string().max(200), z.array(z.string().max(200)).min(1).max(20)])
    .default(['prod*', 'live'])
    .describe('only what happens there is a change; * stands for anything'),
  checks: z.record(words, words).default({}).describe("the sender's words as checks of the templates"),
  may: z
    .array(z.enum(deeds))
    .max(2)
    .default([...deeds])
    .describe('what it may do to a release'),
});

export const alertsShape = z.strictObject({
  sources: z.record(id, source).default({}),
  deployments: z.record(id, deployments).default({}).describe('tools that tell of deployments and checks'),
  rules: z.array(rule).max(500).default([]).describe('the first that fits decides'),
  'unmatched-to': z
    .union([id, z.array(id).min(1).max(20)])
    .optional()
    .describe(
      'audiences, people, roles, teams, schedules: told once a day of alerts that fit no rule, and of processes that were ended in Temporal or stand still; default: primary of the default team',
    ),
});
export type AlertsFile = z.infer<typeof alertsShape>;
export type SourceFile = AlertsFile['sources'][string];
export type DeploymentsFile = AlertsFile['deployments'][string];
