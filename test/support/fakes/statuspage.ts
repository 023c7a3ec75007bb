/**
 * Statuspage's v1 API as documented: incidents with updates, components, metadata; scheduled
 * incidents are not among the unresolved. An incident lists its components with their current
 * status. A component has one status on the page, whichever incident set it.
 */
import { z } from 'zod';
import { startVendor, type Vendor } from './vendor';

const componentStatus = z.enum([
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
]);
const posted = z.strictObject({
  name: z.string().min(1).max(255).optional(),
  status: z
    .enum([
      'investigating',
      'identified',
      'monitoring',
      'resolved',
      'scheduled',
      'in_progress',
      'verifying',
      'completed',
    ])
    .optional(),
  body: z.string().max(25_000),
  impact_override: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']).optional(),
  component_ids: z.array(z.string()).optional(),
  components: z.record(z.string(), componentStatus).optional(),
  scheduled_for: z.iso.datetime().optional(),
  scheduled_until: z.iso.datetime().optional(),
  scheduled_auto_in_progress: z.boolean().optional(),
  scheduled_auto_completed: z.boolean().optional(),
  // Statuspage says "Top level values must be objects."
  metadata: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
type Posted = z.infer<typeof posted>;

export interface StatuspageIncident extends Posted {
  readonly id: string;
  readonly incident_updates: readonly { readonly status: string; readonly body: string }[];
}
export interface FakeStatuspage extends Vendor {
  readonly incidents: readonly StatuspageIncident[];
  readonly components: ReadonlyMap<string, string>;
}

export async function startStatuspage(apiKey = 'page-key', page = 'page1'): Promise<FakeStatuspage> {
  const incidents: StatuspageIncident[] = [];
  const components = new Map<string, string>();
  const post = (incident: Posted, before?: StatuspageIncident): StatuspageIncident => {
    for (const [id, status] of Object.entries(incident.components ?? {})) components.set(id, status);
    const status = incident.status ?? before?.status ?? 'investigating';
    const updates = [{ status, body: incident.body }, ...(before?.incident_updates ?? [])];
    return {
      ...before,
      ...incident,
      component_ids: incident.component_ids ?? before?.component_ids,
      id: before?.id ?? `inc${incidents.length + 1}`,
      status,
      incident_updates: updates,
    };
  };
  const answered = ({ component_ids, components: _posted, ...incident }: StatuspageIncident) => ({
    ...incident,
    components: (component_ids ?? []).map((id) => ({ id, status: components.get(id) ?? 'operational' })),
  });
  const vendor = await startVendor(({ method, path, headers, json }) => {
    if (headers.authorization !== `OAuth ${apiKey}`) return { status: 401, json: { error: 'Could not authenticate' } };
    const base = `/v1/pages/${page}/incidents`;
    if (!path.startsWith(base)) return { status: 404, json: { error: 'not found' } };
    const rest = path.slice(base.length);
    const ended = ({ status }: StatuspageIncident) => status === 'resolved' || status === 'completed';
    const newest = [...incidents].reverse();
    const listed = (which: (one: StatuspageIncident) => boolean) => ({
      status: 200,
      json: newest.filter(which).map(answered),
    });
    if (method === 'GET' && rest === '') return listed(() => true);
    if (method === 'GET' && rest === '/unresolved')
      return listed((one) => !ended(one) && one.scheduled_for === undefined);
    if (method === 'GET' && rest === '/active_maintenance')
      return listed(({ status = '' }) => ['in_progress', 'verifying'].includes(status));
    const read = z.object({ incident: posted }).safeParse(json);
    if (!read.success) return { status: 422, json: { error: read.error.issues } };
    const known = incidents.findIndex(({ id }) => `/${id}` === rest);
    if (method === 'PATCH' && known >= 0) {
      incidents[known] = post(read.data.incident, incidents[known]);
      return { status: 200, json: answered(incidents[known]) };
    }
    if (method !== 'POST' || rest !== '') return { status: 404, json: { error: 'not found' } };
    if (read.data.incident.name === undefined) return { status: 422, json: { error: ['name is missing'] } };
    incidents.push(post(read.data.incident));
    return { status: 201, json: answered(incidents.at(-1)!) };
  });
  return Object.assign(vendor, { incidents, components });
}
