/**
 * access.yaml and the variables of access: what they mean, what they refuse and where, and that
 * roles are read again while Muster runs.
 */
import { rmSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { accessRulesOf } from '../../src/config/compile/access';
import { readEnvironment } from '../../src/config/environment';
import { liveDirectory } from '../../src/config/live-directory';
import { formatErrors, loadConfig } from '../../src/config/load';
import { personPrincipal } from '../../src/domain';
import { editedFolder } from '../support/edited-folder';
import { configOf } from '../support/loaded-config';
import { t0 } from '../support/policy';

const folder = editedFolder();
const write = (...lines: string[]) => writeFileSync(join(folder.path, 'access.yaml'), `${lines.join('\n')}\n`);
const rolesOf = (person: string, groups: string[] = []) =>
  personPrincipal(accessRulesOf(configOf(folder.path).access), person, { via: 'session', groups }).roles;
const provider =
  'oidc: { issuer: https://id.example.org, client-id: muster, groups-claim: groups, people: { a@b.c: ana } }';

test('without the file nobody has a role but to look, once they have to sign in', () => {
  expect(configOf(folder.path).access).toBeUndefined();
  expect(rolesOf('ana')).toEqual([{ role: 'viewer' }]);
});

test('people, groups and everybody get roles, for all services or some', () => {
  write(
    'everybody: responder',
    'roles:',
    '  - { role: admin, people: [emeka] }',
    '  - { role: commander, groups: [sre], services: [payments] }',
    provider,
  );
  expect(rolesOf('ana')).toEqual([{ role: 'responder' }]);
  expect(rolesOf('emeka')).toEqual([{ role: 'admin' }, { role: 'responder' }]);
  expect(rolesOf('ana', ['sre', 'x'])).toEqual([{ role: 'commander', services: ['payments'] }, { role: 'responder' }]);
});

test.each([
  ['roles: [{ role: owner, people: [ana] }]', 'role: owner', /responder/],
  ['everybody: admin', 'everybody', /viewer/],
  ['roles: [{ role: admin, people: [emekaa] }]', 'emekaa', /did you mean emeka\?/],
  ['roles: [{ role: manager, people: [ana], services: [paymens] }]', 'paymens', /did you mean payments\?/],
  ['roles: [{ role: manager }]', '{ role', /gives the role to nobody/],
  ['roles: [{ role: viewer, people: [ana], services: [payments] }]', 'services:', /a viewer sees the processes of all/],
  ['roles: [{ role: admin, people: [ana], services: [payments] }]', 'services:', /give the role manager/],
  ['roles: [{ role: manager, groups: [sre] }]', 'groups:', /nobody says who is in a group/],
  ['oidc: { issuer: https://id.example.org, client-id: muster }', 'oidc', /it knows nobody/],
  ['oidc: { issuer: http://id.example.org, client-id: m, people: { x: ana } }', 'issuer', /expected https/],
  ['oidc: { issuer: https://i.d, client-id: m, people: { x: anna } }', 'x: anna', /did you mean ana/],
  [
    'oidc: { issuer: https://i.d, client-id: m, client-secret: hunter2, people: { x: ana } }',
    'client-secret',
    /env:NAME/,
  ],
  ['oidc: { issuer: https://i.d, client-id: m, scopes: [email], people: { x: ana } }', 'scopes', /openid/],
  ['keys: { a: { key: hunter2, person: ana } }', 'key: hunter2', /env:NAME/],
  ['keys: { a: { key: env:K, person: anna } }', 'person', /did you mean ana/],
  ['keys: { a: { key: env:K, person: ana, services: [paymens] } }', 'paymens', /did you mean payments\?/],
  ['keys: { a: { key: env:K, person: ana, operations: [declar] } }', 'declar', /did you mean declare/],
  ['keys: { a: { key: env:K, operations: [decide], services: [web] } }', 'decide', /decide is for people/],
  ['keys: { a: { key: env:K } }', 'a: {', /operations: expected what a program may do.*or name the person/],
  ['keys: { a: { key: env:K, operations: [plan] } }', 'a: {', /services: expected the services/],
  ['role: []', 'role', /unknown/],
])('%s is refused where it stands', (line, mark, words) => {
  write(line);
  const errors = folder.errors();
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(words);
  expect(errors[0]).toContain(folder.place('access.yaml', line, mark));
});

test('two people do not sign in by one address, nor by what is none', () => {
  folder.change('people.yaml', 'name: Ana Duarte', 'email: team@example.org, name: Ana Duarte');
  folder.change('people.yaml', 'name: Emeka Obi', 'email: Team@example.org, name: Emeka Obi');
  expect(folder.errors()).toEqual([expect.stringMatching(/people\.yaml:.*it is the email of (ana|emeka) already/)]);
  folder.change('people.yaml', 'Team@example.org', 'emeka');
  expect(folder.errors()).toEqual([expect.stringContaining('expected a mail address')]);
});

test('the secret of the provider has to be set where people sign in, and is nothing to a worker', () => {
  write('oidc: { issuer: https://i.d, client-id: m, client-secret: env:MUSTER_OIDC_SECRET, people: { x: ana } }');
  const load = (alertEnv: NodeJS.ProcessEnv | null) => {
    const loaded = loadConfig(folder.path, null, alertEnv);
    return loaded.ok ? [] : [formatErrors(loaded.errors)];
  };
  expect(load({})).toEqual([expect.stringContaining('MUSTER_OIDC_SECRET is not set')]);
  expect(load({ MUSTER_OIDC_SECRET: 'x' })).toEqual([]);
  expect(load(null)).toEqual([]);
});

test('a key has to be set, long, and that of one alone, where people sign in', () => {
  write('keys:', '  a: { key: env:A, person: ana }', '  b: { key: [env:B, env:C], operations: [read] }');
  const load = (alertEnv: NodeJS.ProcessEnv | null) => {
    const loaded = loadConfig(folder.path, null, alertEnv);
    return loaded.ok ? [] : formatErrors(loaded.errors).split('\n');
  };
  const [key, other, third] = ['1', '2', '3'].map((digit) => digit.repeat(32));
  expect(load({ A: key, B: other, C: third })).toEqual([]);
  expect(load(null)).toEqual([]);
  expect(load({ A: key, B: key, C: 'short' })).toEqual([
    expect.stringMatching(/access\.yaml:3:\d+.*B holds is the key of somebody else/),
    expect.stringMatching(/access\.yaml:3:\d+.*C holds is shorter than 32 characters/),
  ]);
  expect(load({ A: key, B: other })).toEqual([expect.stringContaining('C is not set')]);
  write('keys: { metrics: { key: env:A, operations: [read] } }');
  expect(load({ A: key })).toEqual([]);
});

test('a role counts from the edit on; a file with errors, or none any more, leaves the roles as they were', () => {
  write('roles: [{ role: manager, people: [ana] }]');
  const heard: string[] = [];
  const live = liveDirectory(
    configOf(folder.path),
    (message) => heard.push(message),
    () => t0,
  );
  const roles = () => accessRulesOf(live.config().access).roles.map(({ role }) => role);
  expect(roles()).toEqual(['manager']);
  write('roles: [{ role: commander, people: [ana] }]');
  expect(roles()).toEqual(['commander']);
  write('roles: [{ role: king, people: [ana] }]');
  expect(roles()).toEqual(['commander']);
  expect(live.health()).toMatchObject({ ok: false, errors: [{ file: 'access.yaml' }] });
  rmSync(join(folder.path, 'access.yaml'));
  expect(roles()).toEqual(['commander']);
  expect(heard.at(-1)).toContain('there is no such file any more; the roles stay as they were');
  write('roles: []');
  expect(roles()).toEqual([]);
  expect(live.health()).toEqual({ ok: true });
});

describe('the environment', () => {
  const read = (env: NodeJS.ProcessEnv) => readEnvironment(env, '/home/x');
  const errorsOf = (env: NodeJS.ProcessEnv) => {
    const environment = read(env);
    return environment.ok ? [] : environment.errors;
  };

  test('says whether people have to sign in, and nothing but `required` says so', () => {
    expect(read({})).toMatchObject({ value: { authentication: false } });
    expect(read({ MUSTER_AUTHENTICATION: 'required' })).toMatchObject({ value: { authentication: true } });
    for (const word of ['1', 'none', 'off', 'Required'])
      expect(errorsOf({ MUSTER_AUTHENTICATION: word })).toEqual([expect.stringContaining('expected required')]);
  });

  test('with MUSTER_INSECURE=1 is refused, and says what to set instead', () => {
    for (const word of ['1', 'true', 'yes'])
      expect(errorsOf({ MUSTER_INSECURE: word })).toEqual([
        expect.stringMatching(/^MUSTER_INSECURE: it is gone.*MUSTER_AUTHENTICATION=required/),
      ]);
    for (const word of ['0', 'false', '']) expect(read({ MUSTER_INSECURE: word }).ok).toBe(true);
  });

  test('names the hosts that are answered: that of the public address, and further ones', () => {
    expect(read({})).toMatchObject({ value: { allowedHosts: ['127.0.0.1'] } });
    const env = {
      MUSTER_PUBLIC_URL: 'https://Muster.example.org:8443/x/',
      MUSTER_ALLOWED_HOSTS: 'a.internal, B, [::5]',
    };
    expect(read(env)).toMatchObject({ value: { allowedHosts: ['muster.example.org', 'a.internal', 'b', '[::5]'] } });
    for (const hosts of ['a:80', 'https://a', '*', 'a/b'])
      expect(errorsOf({ MUSTER_ALLOWED_HOSTS: hosts })).toHaveLength(1);
  });

  test('names proxies by addresses and networks alone', () => {
    const proxies = '10.0.0.0/8, 192.0.2.7 2001:db8::/32,::1';
    expect(read({ MUSTER_TRUSTED_PROXIES: proxies })).toMatchObject({
      value: { trustedProxies: ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1'] },
    });
    for (const wrong of ['loopback', 'true', '1', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0', 'proxy.internal'])
      expect(errorsOf({ MUSTER_TRUSTED_PROXIES: wrong })).toHaveLength(1);
  });
});

test('docker compose ships with authentication on, and with nothing that lets in everybody', () => {
  const file = readFileSync(join(__dirname, '../../docker-compose.yml'), 'utf8');
  const { services } = parse(file, { merge: true }) as {
    services: Record<string, { environment?: Record<string, string>; ports?: string[] }>;
  };
  expect(services['api']!.environment).toMatchObject({ MUSTER_AUTHENTICATION: 'required' });
  for (const { environment = {} } of Object.values(services)) expect(environment).not.toHaveProperty('MUSTER_INSECURE');
  // With the sources of alerts that ship, which ask for no key.
  const { sources } = configOf(join(__dirname, '../../config')).alerts;
  for (const { key, signature, local } of Object.values(sources)) expect(key ?? signature ?? local).toBeDefined();
});
