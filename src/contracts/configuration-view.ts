/** Owns what a reader sees of the loaded configuration: templates, people, services, channels. */
import { z } from 'zod';
import { instantText, kind, modes, severity } from './view-words';

/** Whether the files about people and about on-call are in force as they stand in the folder. */
export const configurationHealthSchema = z
  .union([
    z.object({ ok: z.literal(true) }),
    z.object({
      ok: z.literal(false),
      since: instantText,
      errors: z.array(
        z.object({ file: z.string(), line: z.number().int(), column: z.number().int(), message: z.string() }),
      ),
    }),
  ])
  .meta({ id: 'ConfigurationHealth' });
export type ConfigurationHealth = z.infer<typeof configurationHealthSchema>;

const isDefault = z.boolean().describe('processes of this kind that name no template follow this one');
const levels = z.array(severity).describe('the levels of severity, the worst first');
const drillLevel = severity.describe('the level of a drill that names none');
export const templateRowSchema = z
  .object({ id: z.string(), kind, version: z.string(), hash: z.string(), default: isDefault, levels, drillLevel })
  .meta({ id: 'TemplateRow' });

const when = z.string().optional().describe('what has to hold for it to apply: severity P0 or P1, label security');
const each = z.literal('service').optional().describe('repeated for each affected service');
const ladder = z.string().optional().describe('the ladder of its own');
const instant = z.string().optional().describe('an instant as templates write it: declared + 3 response');
const templateItemSchema = z.object({
  id: z.string(),
  text: z.string(),
  required: z.boolean(),
  owner: z.string().optional(),
  doneWhen: z.string().optional(),
  check: z.string().optional(),
  due: instant,
  needs: z.array(z.string()).optional().describe('items that have to be done or skipped before'),
  when,
  ladder,
});
export const templateSchema = z
  .object({
    id: z.string(),
    kind,
    version: z.string(),
    hash: z.string(),
    default: isDefault,
    levels,
    drillLevel,
    severities: z.record(
      severity,
      z.object({
        name: z.string(),
        means: z.string(),
        examples: z.array(z.string()),
        hint: z.string().optional(),
        response: z.string().describe('a duration, or business hours such as 4bh'),
        updateEvery: z.string().describe('a duration, or business hours such as 4bh'),
        update: z.enum(['none', 'once']).optional().describe('no update is due, or one; else one each interval (R38)'),
        page: z.enum(['none']).optional().describe('none: rungs only remind (R28)'),
        calendar: z.string().optional().describe('the calendar in which processes of this severity count'),
        ladders: z.record(z.string(), z.string()).optional().describe('by kind of deadline: the ladder of this level'),
        escalateTo: z.array(z.string()),
        inform: z.array(z.string()),
      }),
    ),
    phases: z.array(
      z.object({
        id: z.string(),
        stage: z.string().optional(),
        name: z.string(),
        hint: z.string().optional(),
        opens: instant,
        due: instant,
        when,
        each,
        ladder,
        groups: z.array(z.object({ id: z.string(), name: z.string(), when, each, items: z.array(templateItemSchema) })),
      }),
    ),
    deployment: z.string().optional().describe('the phase that start-deployment begins; absent: nothing is deployed'),
    gates: z.array(
      z.object({
        id: z.string(),
        before: z.string().describe('the phase that the gate holds while closed'),
        min: z.number().int().describe('how many people have to say go'),
        majority: z.boolean().describe('more go than no-go and defer'),
        veto: z.boolean().describe('one no-go or defer closes the gate'),
        each: z.array(z.string()).describe('a holder of each of these roles has to say go'),
        notBefore: z.string().optional().describe('the gate stays closed until then'),
        roles: z.array(z.string()),
      }),
    ),
    ladders: z.record(
      z.string(),
      z.array(z.object({ rung: z.number().int(), at: z.string(), mode: modes, to: z.array(z.string()), when })),
    ),
  })
  .meta({ id: 'Template' });

export const personRowSchema = z
  .object({ id: z.string(), name: z.string(), roles: z.array(z.string()), reach: z.array(z.string()) })
  .meta({ id: 'Person' });

export const serviceRowSchema = z
  .object({
    id: z.string(),
    team: z.string(),
    tier: z.number().optional(),
    owners: z.array(z.string()).optional(),
    links: z.record(z.string(), z.string()).optional(),
    addresses: z
      .record(z.string(), z.union([z.string(), z.array(z.string())]))
      .optional()
      .describe('addresses of its own chat channel, by channel or type of channel'),
    statusPage: z
      .object({ name: z.string().optional(), component: z.string().optional() })
      .optional()
      .describe('the service on the public status page'),
    'on-call': z
      .record(z.string(), z.union([z.string(), z.array(z.string())]))
      .optional()
      .describe(
        'slots of the service, each a person, a schedule or a list of these; they replace the same slots of the team',
      ),
    templates: z.array(z.string()).optional().describe('the templates that its incidents and releases follow'),
  })
  .meta({ id: 'Service' });

export const channelRowSchema = z
  .object({
    id: z.string(),
    type: z.string(),
    delivers: z.boolean().describe('carries messages to people and audiences'),
    people: z.array(z.string()).describe('the people whom the channel reaches'),
    audiences: z.array(z.string()),
    follows: z.array(z.string()).describe('what the channel follows: severities of incidents, or releases'),
    drill: z.boolean(),
  })
  .meta({ id: 'Channel' });

export const channelTestSchema = z
  .object({
    channel: z.string(),
    to: z.string(),
    status: z.enum(['delivered', 'failed']),
    at: instantText.optional(),
    because: z.string().optional().describe('why the test failed'),
  })
  .meta({ id: 'ChannelTest' });

export type ChannelRow = z.infer<typeof channelRowSchema>;
export type ChannelTestView = z.infer<typeof channelTestSchema>;
export type TemplateRow = z.infer<typeof templateRowSchema>;
export type TemplateView = z.infer<typeof templateSchema>;
export type PersonRow = z.infer<typeof personRowSchema>;
export type ServiceRow = z.infer<typeof serviceRowSchema>;
