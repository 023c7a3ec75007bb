/**
 * A broken file of people or on-call makes no command fail: the older version stays in force, and
 * /readyz and /metrics say so.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveDirectory } from '../../src/config/live-directory';
import { formatErrors, loadConfig } from '../../src/config/load';
import { configurationHealthSchema } from '../../src/contracts/configuration-view';
import { t0 } from '../support/policy';
import { RulesEngine } from './rules-engine';
import { outage, serveEngine, type Served } from './serve';

let folder: string;
let api: Served;
let now = t0;
beforeEach(async () => {
  now = t0;
  folder = mkdtempSync(join(tmpdir(), 'muster-config-'));
  cpSync(join(__dirname, '../../config'), folder, { recursive: true });
  const loaded = loadConfig(folder, null);
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  const live = liveDirectory(
    loaded.value,
    () => undefined,
    () => now,
  );
  const clock = () => now;
  api = await serveEngine(new RulesEngine(t0, () => live.current()), clock, undefined, {
    directory: () => live.current(),
    schedules: (until) => live.schedules(until),
    configuration: () => live.health(),
  });
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

const gauge = async () => /^muster_config_stale (\d)$/m.exec((await api.get('/metrics')).text)?.[1];

test.each(['02.11.2026', '2026-11-2', '2026-5-1', 'Dec 25 2026', '2026-02-30', '""'])(
  'an incident is declared although a hand-off is from %s',
  async (date) => {
    const path = join(folder, 'on-call.yaml');
    const before = readFileSync(path, 'utf8');
    expect([(await api.get('/readyz')).body, await gauge()]).toEqual([
      expect.objectContaining({ status: 'ready', configuration: { ok: true } }),
      '0',
    ]);
    writeFileSync(path, before.replace(/from: \d{4}-\d\d-\d\d/, `from: ${date}`));
    now = t0 + 1_000;
    expect((await api.post('/v1/incidents', outage)).status).toBe(201);
    const { status, body } = await api.get('/readyz');
    expect(status).toBe(200);
    configurationHealthSchema.parse(body.configuration);
    expect(body.configuration).toMatchObject({ ok: false, since: new Date(t0 + 1_000).toISOString() });
    expect(body.configuration.errors).toEqual([
      expect.objectContaining({
        file: 'on-call.yaml',
        message: expect.stringMatching(/expected a date|does not exist/),
      }),
    ]);
    expect(await gauge()).toBe('1');
    writeFileSync(path, before);
    expect([(await api.get('/readyz')).body.configuration, await gauge()]).toEqual([{ ok: true }, '0']);
  },
);
