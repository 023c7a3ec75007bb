/**
 * Opsgenie's Alert API v2 as documented: 202 for accepted requests, one open alert per alias, 422
 * for invalid requests.
 */
import { z } from 'zod';
import { startVendor, type Vendor } from './vendor';

const newAlert = z.object({
  message: z.string().min(1).max(130),
  alias: z.string().max(512),
  description: z.string().max(15_000),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']),
  source: z.string().max(100),
  entity: z.string().max(512),
  tags: z.array(z.string().max(50)).max(20),
  details: z.record(z.string(), z.string()),
  responders: z
    .array(
      z.union([
        z.strictObject({ type: z.enum(['team', 'escalation', 'schedule']), name: z.string() }),
        z.strictObject({ type: z.literal('user'), username: z.string() }),
      ]),
    )
    .max(50)
    .optional(),
});

interface OpsgenieAlert {
  readonly status: 'open' | 'acknowledged' | 'closed';
  readonly alert: z.infer<typeof newAlert>;
  readonly note?: string;
}
export interface FakeOpsgenie extends Vendor {
  /** The newest alert of each alias. */
  readonly alerts: ReadonlyMap<string, OpsgenieAlert>;
}

export async function startOpsgenie(apiKey = 'genie'): Promise<FakeOpsgenie> {
  const alerts = new Map<string, OpsgenieAlert>();
  const taken = { status: 202, json: { result: 'Request will be processed', took: 0.1, requestId: '43a29c5c' } };
  const vendor = await startVendor(({ method, path, query, headers, json }) => {
    if (headers.authorization !== `GenieKey ${apiKey}`)
      return { status: 401, json: { message: 'Could not authenticate' } };
    if (method !== 'POST') return { status: 405 };
    if (path === '/v2/alerts') {
      const read = newAlert.safeParse(json);
      if (!read.success)
        return { status: 422, json: { message: 'Request body is not processable', errors: read.error.issues } };
      const known = alerts.get(read.data.alias);
      const status = known === undefined || known.status === 'closed' ? 'open' : known.status;
      alerts.set(read.data.alias, { status, alert: read.data });
      return taken;
    }
    const found = /^\/v2\/alerts\/(.+)\/(acknowledge|close)$/.exec(path);
    if (!found || query.get('identifierType') !== 'alias') return { status: 404 };
    const [, alias, verb] = found as unknown as [string, string, string];
    const known = alerts.get(alias);
    // Opsgenie works on requests later, so an unknown alias has no effect and gets the usual
    // answer.
    if (known)
      alerts.set(alias, {
        ...known,
        status: verb === 'close' ? 'closed' : 'acknowledged',
        note: z.object({ note: z.string().max(25_000) }).parse(json).note,
      });
    return taken;
  });
  return Object.assign(vendor, { alerts });
}
