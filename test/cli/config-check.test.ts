/** `config check`: what is wrong is an error, what would surprise people is a warning. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './muster';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-check-'));
  cpSync(join(__dirname, '..', '..', 'config'), folder, { recursive: true });
  const path = join(folder, 'channels.yaml');
  const text = readFileSync(path, 'utf8');
  const hook = '  hook: { type: webhook, url: "https://hooks.example.com/muster", secret: "env:HOOK_SECRET" }\n';
  writeFileSync(path, text.replace(/^channels:\n/m, `channels:\n${hook}`));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const check = (env: NodeJS.ProcessEnv) =>
  start(['config', 'check', folder], { env: { HOOK_SECRET: 'a-secret-of-the-hook', ...env } }).ended;

test('faults of all files and of the rehearsals are told at once, and none that follows from another', async () => {
  const change = (file: string, from: string | RegExp, to: string) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(from);
    writeFileSync(path, text.replace(from, to));
  };
  change('templates/incident.yaml', 'due: declared + 3 response', 'due: declrd + 3 response');
  change('people.yaml', 'roles: [cto]', 'rols: [cto]');
  change('services.yaml', '    tier: 1', '    template: no-such');
  change('alerts.yaml', 'severity: P2, local', 'severity: P9, local');
  change('on-call.yaml', 'zone: Europe/Athens', 'zoen: Europe/Athens');
  change('on-call.yaml', 'participants: [rasmus, omar, priya]', 'participants: [rasmus, nobody]');
  change(
    'freezes.yaml',
    'freezes: {}',
    'freezes:\n  one: { title: T, dayly: {} }\n  two: { title: T, holidays: {}, services: [shop] }',
  );
  change('rehearsals/night.yaml', /^kind: incident/m, 'kind: incidnt');
  const { code, out } = await check({});
  const told = out
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^.*?\/((?:templates\/|rehearsals\/)?[\w-]+\.yaml):[\d:]+ /, '$1 ').slice(0, 60));
  expect([code, told.sort()]).toEqual([
    1,
    [
      'alerts.yaml unknown severity "P9"; did you mean P0, P1, P2?',
      'freezes.yaml unknown key "dayly"; did you mean daily?',
      'freezes.yaml unknown service "shop"; known: bookings, paymen',
      'on-call.yaml unknown key "zoen"; did you mean zone?',
      'people.yaml unknown key "rols"; did you mean roles?',
      'rehearsals/night.yaml expected incident or release, found te',
      'services.yaml unknown template "no-such"; known: hotfix, hop',
      'templates/incident.yaml unknown anchor "declrd"; expected on',
    ],
  ]);
});

test('a secret that is not set hides nothing in the rehearsals', async () => {
  const path = join(folder, 'rehearsals/night.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^expect:/m, 'expect:\n  - nobody is told of it'));
  const { out } = await check({ HOOK_SECRET: '' });
  expect(out).toContain('HOOK_SECRET is not set');
  expect(out).toContain('rehearsals/night.yaml');
});

test('sources with one key are warned of', async () => {
  const key = 'severity: P2, key: env:HOOK_SECRET }';
  writeFileSync(
    join(folder, 'alerts.yaml'),
    `sources:\n  a: { preset: grafana, ${key}\n  b: { preset: datadog, ${key}\n`,
  );
  const { code, err } = await check({});
  expect([code, err]).toEqual([0, expect.stringContaining('warning: alerts.yaml: a and b have the same key')]);
});

test('links to loopback beside a channel that leaves the machine are warned of, and are no error', async () => {
  const { code, out, err } = await check({});
  expect([code, out]).toEqual([0, '']);
  expect(err).toMatch(/^warning: links in messages lead to http:\/\/127\.0\.0\.1:8080.* by hook \(webhook\);/);
  expect(err).toContain('no errors');
});

test('an address at which people reach Muster needs no warning', async () => {
  const { code, err } = await check({ MUSTER_PUBLIC_URL: 'https://muster.example.com' });
  expect(code).toBe(0);
  expect(err).not.toContain('warning');
});
