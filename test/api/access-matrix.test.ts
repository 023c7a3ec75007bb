/**
 * Every route and command asked by every role, for processes of its own services and of others:
 * exactly what docs/access.md says. The table below is written down here once more, by hand, and a
 * route that it does not have fails the test.
 */
import { routesOf } from '../../src/api/app';
import type { Route, Shared } from '../../src/api/http/route';
import type { CommandSpec } from '../../src/contracts/command-table';
import type { Principal } from '../../src/domain';
import { bearer, serveSignedIn, type People } from './signed-in';
import { depsOver, launch, outage } from './serve';

const roles = ['viewer', 'responder', 'commander', 'manager', 'admin'] as const;
type Role = (typeof roles)[number];

const anybody = [
  ...['health', 'readiness', 'ways-to-sign-in', 'request-login', 'collect-login'],
  ...[
    'show-sign-in',
    'sign-in',
    'sign-out',
    'start-sign-in',
    'finish-sign-in',
    'show-login-request',
    'confirm-login',
    'page-asset',
  ],
];
/** Whoever has a credential at all. */
const signedIn = ['get-me'];
const proveThemselves = [
  ...['log-in'],
  ...['send-alerts', 'send-alerts-by-put', 'send-alerts-with-key', 'send-alerts-with-key-by-put'],
  ...['send-change', 'send-change-with-key', 'pagerduty-event', 'pagerduty-change'],
  ...['opsgenie-create-alert', 'opsgenie-alert-action', 'opsgenie-alert-change', 'victorops-alert'],
  ...['alertmanager-alerts', 'show-acknowledge-link', 'acknowledge-by-link'],
];
/** Of tokens that are not one's own; those are asked in tokens.test.ts. */
const ofOthers = ['create-token', 'rotate-token', 'revoke-token', 'revoke-tokens-of', 'sign-out-of', 'make-login-link'];
/** What each role may besides what the roles before it may. */
const may: Record<Role, string[]> = {
  viewer: [
    ...[
      'show-now',
      'stream',
      'show-incident',
      'show-release',
      'show-on-call',
      'show-rehearsal',
      'show-history',
      'show-settings',
      'list-incidents',
      'get-incident',
      'incident-timeline',
      'incident-deadlines',
      'incident-report',
    ],
    ...['list-releases', 'get-release', 'release-timeline', 'release-deadlines', 'release-report'],
    ...['list-deadlines', 'list-inbox', 'list-action-items', 'list-alerts', 'list-unmatched-alerts', 'list-changes'],
    ...['list-templates', 'get-template', 'list-people', 'list-services', 'list-channels', 'read-short-id'],
    ...['get-on-call', 'list-shifts', 'get-rota', 'schedule-calendar', 'person-calendar', 'list-overrides'],
    ...[
      'list-tokens',
      'list-freezes',
      'freezes-calendar',
      'metrics',
      'openapi',
      'rehearse',
      'try-alerts',
      'try-alerts-by-put',
    ],
  ],
  responder: [
    ...['declare', 'incident-acknowledge', 'incident-set-status', 'incident-record-impact', 'incident-hand-off'],
    ...['incident-resolve', 'incident-close'],
    ...of('both', 'assign-role', 'post-update', 'complete-items', 'reopen-items', 'snooze', 'escalate'),
    ...of('both', 'set-title', 'comment', 'add-action-item', 'complete-action-item', 'drop-action-item', 'link'),
    ...of('both', 'write-review', 'report-check', 'decide'),
    ...onPage('acknowledge', 'set-status', 'record-impact', 'hand-off', 'resolve', 'close', 'assign-role'),
    ...onPage('post-update', 'complete-items', 'reopen-items', 'snooze', 'escalate', 'set-title', 'comment'),
    ...onPage('add-action-item', 'complete-action-item', 'drop-action-item', 'link', 'write-review', 'decide'),
  ],
  commander: [
    ...['incident-reopen', 'incident-merge'],
    ...of('both', 'set-severity', 'skip-items', 'restrict', 'unrestrict', 'cancel'),
    ...onPage('reopen', 'merge', 'set-severity', 'skip-items', 'restrict', 'unrestrict', 'cancel'),
  ],
  manager: [
    ...['plan', 'release-reschedule', 'release-start-deployment', 'release-mark-deployed', 'release-roll-back'],
    // Of others: the body names nobody here.
    ...['release-close', 'add-override', 'remove-override', 'test-channel'],
  ],
  admin: ['skip-ids', ...ofOthers, 'drop-first-admin'],
};
function of(_: 'both', ...commands: string[]): string[] {
  return commands.flatMap((command) => [`incident-${command}`, `release-${command}`]);
}
function onPage(...commands: string[]): string[] {
  return commands.map((command) => `${command}-on-page`);
}
const reads = may.viewer;
const forPeopleAlone = [
  ...[
    'incident-acknowledge',
    ...onPage('acknowledge', 'decide'),
    ...of('both', 'decide'),
    'add-override',
    'remove-override',
  ],
  ...['list-tokens', ...ofOthers],
];

const own = 'payments';
const other = 'search';
interface Asker {
  readonly name: string;
  readonly principal?: Principal;
  readonly mayAsk: (route: Route, about: string | undefined) => boolean;
}
const person = (name: string, grants: Principal['roles']): Principal => ({
  id: `${name}.x`,
  kind: 'person',
  roles: grants,
  scopes: {},
  via: 'test',
});
const upTo = (role: Role) => roles.slice(0, roles.indexOf(role) + 1).flatMap((one) => may[one]);
const commandOf = ({ command, name }: Route) => command ?? name;

const askers: Asker[] = [
  { name: 'nobody', mayAsk: () => false },
  { name: 'a-person-without-roles', principal: person('none', []), mayAsk: () => false },
  ...roles.map((role): Asker => {
    const allowed = upTo(role);
    return { name: role, principal: person(role, [{ role }]), mayAsk: ({ name }) => allowed.includes(name) };
  }),
  ...roles.slice(1, -1).map((role): Asker => {
    const allowed = upTo(role);
    return {
      name: `${role}-of-${own}`,
      principal: person(`${role}-narrow`, [{ role, services: [own] }]),
      mayAsk: ({ name }, about) => reads.includes(name) || (allowed.includes(name) && about === own),
    };
  }),
  {
    name: 'an-admin-with-a-token-for-comments-and-reading',
    principal: { ...person('scoped', [{ role: 'admin' }]), scopes: { operations: ['comment', 'read'] } },
    mayAsk: ({ name }) => [...reads, ...of('both', 'comment'), ...onPage('comment')].includes(name),
  },
  {
    name: `a-ci-for-everything-on-${own}`,
    principal: { ...person('ci', [{ role: 'admin' }]), kind: 'ci', scopes: { operations: [], services: [own] } },
    mayAsk: ({ name }, about) => about === own && !forPeopleAlone.includes(name) && upTo('manager').includes(name),
  },
  {
    name: 'a-ci-for-checks',
    principal: { ...person('ci-checks', []), kind: 'ci', scopes: { operations: ['report-check'] } },
    mayAsk: ({ name }) => of('both', 'report-check').includes(name),
  },
];

let api: Awaited<ReturnType<typeof serveSignedIn>>;
let routes: Route[];
const ids: Record<string, Record<string, string>> = {};
beforeAll(async () => {
  const boss = person('boss', [{ role: 'admin' }]);
  const people: People = { boss };
  routes = routesOf({ ...depsOver(undefined as never, () => 0) } as Shared);
  const all = ['read', ...routes.map(commandOf)];
  for (const { name, principal } of askers)
    if (principal !== undefined)
      people[name] = name.startsWith('a-ci-for-everything')
        ? { ...principal, scopes: { ...principal.scopes, operations: all } }
        : principal;
  api = await serveSignedIn(people);
  for (const service of [own, other]) {
    const incident = await api.post('/v1/incidents', { ...outage, services: [service] }, bearer('boss'));
    const release = await api.post('/v1/releases', { ...launch, services: [service] }, bearer('boss'));
    ids[service] = { incidents: incident.body.id, releases: release.body.id };
  }
});
afterAll(() => api.close());

// What nobody guards does not compile.
const answer = () => ({ body: {} });
const unguarded = {
  method: 'get',
  path: '/v1/x',
  name: 'x',
  about: 'x',
  success: { status: 200, about: 'x' },
} as const;
// @ts-expect-error -- without `needs`
export const route: Route = { ...unguarded, handle: answer };
// @ts-expect-error -- without `needs`
export const command: CommandSpec = { for: ['incident'], about: 'x', fields: {} };

test('the table has every route, and no other', () => {
  const written = [...anybody, ...signedIn, ...proveThemselves, ...Object.values(may).flat()].sort();
  expect(written).toEqual([...new Set(routes.map(({ name }) => name))].sort());
});

/** Whether the route took the request, whatever it said then. */
async function isAdmitted(route: Route, asker: Asker, about: string): Promise<boolean> {
  const kind = /^(\/v1)?\/incidents/.test(route.path) ? 'incidents' : 'releases';
  const filled = route.path.replace(':id', ids[about]![kind]!).replace(':source', 'scripts').replace(/:\w+/g, 'x');
  // Of a process that is not there: else the answer of a stream would have no end.
  const path = route.success.events === undefined ? filled : `${filled}?process=INC-2026-12-07-999`;
  // Of another revision, so that no command changes anything.
  const headers = { 'if-match': '"999999"', ...(asker.principal === undefined ? {} : bearer(asker.name)) };
  const method = route.method.toUpperCase();
  const isNew = route.command === 'declare' || route.command === 'plan';
  const body =
    method === 'GET'
      ? undefined
      : JSON.stringify(
          isNew
            ? { services: [about] }
            : ['create-token', 'make-login-link'].includes(route.name)
              ? { person: 'ana' }
              : {},
        );
  const reply = await api.send(path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
  if (reply.status === 401) {
    expect(reply.body.type).toBe('urn:muster:problem:unauthenticated');
    expect(asker.principal).toBeUndefined();
    return false;
  }
  if (reply.status === 403) {
    expect(reply.body).toMatchObject({ type: 'urn:muster:problem:not-permitted', needs: expect.any(String) });
    return false;
  }
  expect([route.name, reply.status]).toEqual([route.name, expect.not.stringMatching(/^5/)]);
  expect(reply.status).toBeLessThan(500);
  return true;
}

test.each(askers.map((asker) => [asker.name, asker] as const))(
  '%s may exactly what the table says',
  async (_, asker) => {
    const wrong: string[] = [];
    for (const route of routes) {
      if (proveThemselves.includes(route.name)) continue;
      const isAboutServices = route.path.includes('/:id') || route.command !== undefined;
      for (const about of isAboutServices ? [own, other] : [own]) {
        const isOpen = anybody.includes(route.name) || (asker.principal !== undefined && signedIn.includes(route.name));
        const expected = isOpen || asker.mayAsk(route, isAboutServices ? about : undefined);
        const is = await isAdmitted(route, asker, about);
        if (is !== expected) wrong.push(`${route.name} on ${about}: ${is ? 'admitted' : 'refused'}`);
      }
    }
    expect(wrong).toEqual([]);
  },
);
