/**
 * PagerDuty's Events API v2 as documented: one alert per deduplication key, 202 for accepted
 * events, 400 for others.
 */
import { z } from 'zod';
import { startVendor, type Vendor } from './vendor';

const link = z.object({ href: z.url(), text: z.string() });
const alertEvent = z.object({
  routing_key: z.string().length(32),
  dedup_key: z.string().max(255),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  payload: z
    .object({
      summary: z.string().refine((text) => Buffer.byteLength(text) <= 1_024),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      source: z.string(),
      timestamp: z.iso.datetime().optional(),
      component: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  client: z.string().optional(),
  client_url: z.url().optional(),
  links: z.array(link).optional(),
});
const changeEvent = z.object({
  routing_key: z.string().length(32),
  payload: z.object({
    summary: z.string().refine((text) => Buffer.byteLength(text) <= 1_024),
    timestamp: z.iso.datetime(),
    source: z.string(),
    custom_details: z.record(z.string(), z.unknown()),
  }),
  links: z.array(link),
});

export type PagerDutyEvent = z.infer<typeof alertEvent>;
export interface FakePagerDuty extends Vendor {
  /** By deduplication key; an acknowledgement of an unknown key has no effect, as at PagerDuty. */
  readonly alerts: ReadonlyMap<string, { readonly status: string; readonly event: PagerDutyEvent }>;
  readonly changes: readonly z.infer<typeof changeEvent>[];
}

export async function startPagerDuty(): Promise<FakePagerDuty> {
  const alerts = new Map<string, { status: string; event: PagerDutyEvent }>();
  const changes: z.infer<typeof changeEvent>[] = [];
  const invalid = (error: z.ZodError) => ({
    status: 400,
    json: {
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: error.issues.map(({ message }) => message),
    },
  });
  const vendor = await startVendor(({ method, path, json }) => {
    if (method === 'POST' && path === '/v2/change/enqueue') {
      const change = changeEvent.safeParse(json);
      if (!change.success) return invalid(change.error);
      changes.push(change.data);
      return { status: 202, json: { status: 'success', message: 'Change event processed' } };
    }
    if (method !== 'POST' || path !== '/v2/enqueue') return { status: 404 };
    const read = alertEvent.safeParse(json);
    if (!read.success) return invalid(read.error);
    const event = read.data;
    const open = alerts.get(event.dedup_key);
    if (event.event_action === 'trigger') {
      const isOpen = open !== undefined && open.status !== 'resolved';
      alerts.set(event.dedup_key, { status: isOpen ? open.status : 'triggered', event });
    } else if (open)
      alerts.set(event.dedup_key, { ...open, status: event.event_action === 'resolve' ? 'resolved' : 'acknowledged' });
    return { status: 202, json: { status: 'success', message: 'Event processed', dedup_key: event.dedup_key } };
  });
  return Object.assign(vendor, { alerts, changes });
}
