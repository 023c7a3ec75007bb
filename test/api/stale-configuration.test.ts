/**
 * Files of people and on-call while Muster runs: an edit counts without a restart. A broken file
 * makes no command fail: the older version stays in force, and /readyz and /metrics say so.
 */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  appendFileSync(join(folder, 'calendar.yaml'), '\ncalendars: { late: { hours: { from: "12:00", to: "20:00" } } }\n');
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
    inForce: () => live.config(),
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

test('R32: a calendar that a team names from now on counts for new processes, and in rehearsals', async () => {
  const question = { ...outage, severity: 'P3', services: ['payments'] };
  const dueAt = async () => {
    const { body } = await api.post('/v1/incidents', question);
    return [body.id, body.deadlines.find(({ id }: { id: string }) => id === 'response').dueAt] as const;
  };
  const [before, due] = await dueAt();
  // Four hours of work from 10:00 on, in Athens.
  expect(due).toBe('2026-12-07T12:00:00.000Z');
  const path = join(folder, 'services.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('primary: fatima', 'primary: fatima\n    calendar: late'));
  // From 12:00 on.
  expect((await dueAt())[1]).toBe('2026-12-07T14:00:00.000Z');
  const { body: rehearsed } = await api.post('/v1/rehearsals', {
    kind: 'incident',
    severity: 'P3',
    services: ['payments'],
  });
  const missed = rehearsed.agenda.find(({ type }: { type: string }) => type === 'missed');
  expect(missed.at).toBe('2026-12-07T14:00:00.000Z');
  // What runs keeps its copy.
  const { body } = await api.get(`/v1/incidents/${before}`);
  expect(body.deadlines[0].dueAt).toBe(due);
});
