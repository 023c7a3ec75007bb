/**
 * Owns what a reader sees of on-call: who is on call at an instant, the shifts between two
 * instants, the overrides.
 */
import { z } from 'zod';
import { recipientSchema } from './deadline-view';
import { instantText } from './view-words';

const people = z.array(recipientSchema).describe('empty: nobody is on call');
const stretch = {
  people,
  from: instantText
    .nullable()
    .describe('since when; null: for more than a year, or always because the slot names a person'),
  until: instantText
    .nullable()
    .describe('until when; null: for more than a year, or always because the slot names a person'),
  next: z.object({ at: instantText, people }).nullable().describe('who is on call next'),
  override: z.string().nullable().describe('the override by which somebody stands in; null: none'),
};

export const onCallSlotSchema = z
  .object({
    team: z.string(),
    service: z
      .string()
      .nullable()
      .describe('the service whose own slot this is, which replaces that of its team; null: a slot of the team'),
    slot: z.enum(['primary', 'secondary', 'escalation-manager']),
    schedule: z.string().nullable().describe('null: the slot names a person, who is always on call'),
    ...stretch,
  })
  .meta({ id: 'OnCallSlot', description: 'who is on call in a slot of a team or a service' });

export const onCallScheduleSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    zone: z.string(),
    ...stretch,
    layer: z.string().nullable(),
    participants: z.array(recipientSchema).describe('everybody who takes turns'),
  })
  .meta({ id: 'OnCallSchedule', description: 'who is on call on a schedule' });

export const onCallSchema = z
  .object({
    at: instantText,
    zone: z.string(),
    slots: z.array(onCallSlotSchema),
    schedules: z.array(onCallScheduleSchema),
  })
  .meta({ id: 'OnCall', description: 'who is on call at an instant; `zone` is the zone of local times' });

export const shiftSchema = z
  .object({
    from: instantText.nullable().describe('null: more than three months before the requested time'),
    to: instantText.nullable().describe('null: more than three months after the requested time'),
    people,
    layers: z.array(z.string()).describe('the layers of the schedule that make the shift; empty for an override'),
    override: z
      .object({ id: z.string(), by: z.string(), reason: z.string().optional(), replaces: z.array(recipientSchema) })
      .nullable()
      .describe('not null: somebody stands in; replaces: who would be on call without this override'),
  })
  .meta({
    id: 'Shift',
    description: 'a time in which a person, or nobody, is on call; its ends may lie outside the requested time',
  });

export const rotaSchema = z
  .object({
    schedule: z.string(),
    name: z.string(),
    zone: z.string(),
    zones: z.array(z.string()).describe('the zones on whose clocks the layers turn; a layer may have its own'),
    shifts: z.array(shiftSchema),
  })
  .meta({
    id: 'Rota',
    description: 'the shifts of a schedule, in order; without gaps unless the request names a person',
  });

export const rotasSchema = z
  .object({ from: instantText, to: instantText, items: z.array(rotaSchema), next: z.null() })
  .meta({ id: 'Rotas' });

export const overrideRowSchema = z
  .object({
    id: z.string(),
    schedule: z.string(),
    person: z.string(),
    name: z.string(),
    from: instantText,
    to: instantText,
    replaces: z.string().optional(),
    reason: z.string().optional(),
    by: z.string(),
    at: instantText.describe('when the override was made, or extended last'),
    status: z.enum(['ahead', 'now', 'over']),
  })
  .meta({ id: 'Override', description: 'a person who stands in on a schedule' });

export type OnCallView = z.infer<typeof onCallSchema>;
export type OnCallSlot = z.infer<typeof onCallSlotSchema>;
export type OnCallScheduleView = z.infer<typeof onCallScheduleSchema>;
export type ShiftView = z.infer<typeof shiftSchema>;
export type RotaView = z.infer<typeof rotaSchema>;
export type RotasView = z.infer<typeof rotasSchema>;
export type OverrideRow = z.infer<typeof overrideRowSchema>;
