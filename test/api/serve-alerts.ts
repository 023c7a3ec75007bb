/**
 * The API over the rules, with the sources and rules of alerts.yaml that a test writes, and an
 * intake whose effects the test answers.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { alertsInForce } from '../../src/config';
import { alertsShape } from '../../src/config/files/alert-shapes';
import type { Access } from '../../src/api/http/reach';
import type { ApiDeps } from '../../src/api/http/route';
import { t0 } from '../support/policy';
import { RulesAlerts } from './rules-alerts';
import { RulesEngine } from './rules-engine';
import { onLoopback, serveEngine, shippedConfig, shippedDirectory, type Served } from './serve';

/** Secrets that sources name as `env:NAME`. */
export const secrets = {
  KEY: 'the-key-of-this-source',
  NEXT: 'the-key-that-comes-next',
  OTHER: 'the-key-of-another-source',
  PAGER: '0123456789abcdef0123456789abcdef',
  GRAFANA: 'muster-test',
  SENTRY: 'sentry-client-secret',
  GITHUB: 'gh-secret',
  OLD: 'old-secret',
  NEW: 'new-secret',
} as const;

export interface ServedAlerts extends Served {
  readonly engine: RulesEngine;
  readonly alerts: RulesAlerts;
}

/** `file`: alerts.yaml. `host`: where the server says that it listens. */
export async function serveAlerts(
  file: z.input<typeof alertsShape>,
  { access = onLoopback, more = {} }: { access?: Access; more?: Partial<ApiDeps> } = {},
): Promise<ServedAlerts> {
  const engine = new RulesEngine(t0, () => shippedDirectory);
  const clock = () => engine.now;
  const alerts = new RulesAlerts(clock);
  const alertRules = rulesOf(file);
  const served = await serveEngine(engine, clock, access, { alerts, alertRules, ...more });
  return { ...served, engine, alerts };
}

export const rulesOf = (file: z.input<typeof alertsShape>) =>
  alertsInForce({ ...shippedConfig, alerts: alertsShape.parse(file) }, secrets);

const folder = join(__dirname, '..', 'samples', 'alerts');
/** The bytes that a real sender sent. */
export const sample = (path: string): Buffer => readFileSync(join(folder, path));

/** A header of a sample's headers.txt. */
export function headerIn(sender: string, name: string): string[] {
  const text = sample(`${sender}/headers.txt`).toString();
  return [...text.matchAll(new RegExp(`^${name}: (.+)$`, 'gm'))].map(([, value]) => value!);
}
