/** Who may do what (docs/access.md): roles, grants for services, scopes, and what no role gives. */
import fc from 'fast-check';
import {
  adminsOf,
  apiRoles,
  mayDo,
  personPrincipal,
  programPrincipal,
  readName,
  reservedNames,
  strangerPrincipal,
  type AccessRules,
  type Asked,
  type Grant,
  type Principal,
  type Target,
} from '../../../src/domain';

const person = (roles: readonly Grant[], scopes: Principal['scopes'] = {}): Principal => ({
  id: 'ana',
  kind: 'person',
  roles,
  scopes,
  via: 'session',
});
const cancel: Asked = { operation: 'cancel', needs: 'commander' };
const read: Asked = { operation: 'read', needs: 'viewer' };
const acknowledge: Asked = { operation: 'acknowledge', needs: 'responder', peopleOnly: true };
const on = (...services: string[]): Target => ({ process: 'INC-1', services });

describe('a person', () => {
  test('with a role may do what it and the roles before it may, and nothing more', () => {
    for (const [have, role] of apiRoles.entries())
      for (const [need, needs] of apiRoles.entries()) {
        const verdict = mayDo(person([{ role }]), { operation: 'x', needs }, undefined);
        expect([role, needs, verdict.ok]).toEqual([role, needs, have >= need]);
      }
  });

  test('without a role may do nothing that needs one', () => {
    for (const needs of apiRoles) expect(mayDo(person([]), { operation: 'x', needs }, on('payments')).ok).toBe(false);
    expect(mayDo(person([]), { operation: 'who-am-i', needs: 'signed-in' }, undefined).ok).toBe(true);
  });

  test('with a role for services may act where one of them is affected, and look everywhere', () => {
    const ana = person([{ role: 'commander', services: ['payments'] }]);
    expect(mayDo(ana, cancel, on('search', 'payments')).ok).toBe(true);
    for (const target of [on('search'), on(), undefined]) expect(mayDo(ana, cancel, target).ok).toBe(false);
    for (const target of [on('search'), undefined]) expect(mayDo(ana, read, target).ok).toBe(true);
  });

  test('who was paged sees the process and acknowledges it, whatever their role, and does nothing else', () => {
    const involved = { ...on('search'), isInvolved: true };
    expect(mayDo(person([]), read, involved).ok).toBe(true);
    expect(mayDo(person([]), acknowledge, involved).ok).toBe(true);
    expect(mayDo(person([]), cancel, involved).ok).toBe(false);
    expect(mayDo(person([]), acknowledge, on('search')).ok).toBe(false);
  });

  test('is told which role is missing, what they have, and whom to ask', () => {
    const told = (roles: Grant[], admins: string[] = []) => mayDo(person(roles), cancel, on('search'), admins);
    expect(told([{ role: 'viewer' }], ['emeka', 'jonas'])).toEqual({
      ok: false,
      because: 'role',
      message: 'cancel needs the role commander; ana has viewer. Ask emeka, jonas',
    });
    expect(told([{ role: 'manager', services: ['payments'] }])).toMatchObject({
      message:
        'cancel needs the role commander; ana has it for payments only. Ask whoever runs this Muster: roles are given in access.yaml',
    });
    expect(told([])).toMatchObject({ message: expect.stringContaining('ana has no role') as string });
  });

  test('with a token for some things may do these alone, and no more than without it', () => {
    const narrow = person([{ role: 'admin' }], { operations: ['comment', 'read'], services: ['payments'] });
    const comment: Asked = { operation: 'comment', needs: 'responder' };
    expect(mayDo(narrow, comment, on('payments')).ok).toBe(true);
    expect(mayDo(narrow, comment, on('search'))).toMatchObject({ ok: false, because: 'scope' });
    expect(mayDo(narrow, cancel, on('payments'))).toMatchObject({ ok: false, because: 'scope' });
    expect(mayDo(narrow, read, undefined).ok).toBe(true);
    expect(mayDo(person([], { operations: ['cancel'] }), cancel, on('payments')).ok).toBe(false);
  });
});

describe('a program of a CI', () => {
  const ci = programPrincipal('deploys', 'token mus_ci_1', {
    operations: ['report-check', 'acknowledge', 'start-deployment', 'make-token', 'read'],
    services: ['payments'],
  });
  const check: Asked = { operation: 'report-check', needs: 'responder' };

  test('may do what its token names, on its services', () => {
    expect(mayDo(ci, check, on('payments')).ok).toBe(true);
    expect(mayDo(ci, { operation: 'start-deployment', needs: 'manager' }, on('payments')).ok).toBe(true);
    expect(mayDo(ci, check, on('search')).ok).toBe(false);
    expect(mayDo(ci, check, undefined).ok).toBe(false);
    expect(mayDo(ci, { operation: 'comment', needs: 'viewer' }, on('payments')).ok).toBe(false);
    expect(mayDo(programPrincipal('none', 'x', {}), read, on('payments')).ok).toBe(false);
  });

  test('does nothing that is for people, whatever its token names', () => {
    expect(mayDo(ci, acknowledge, on('payments'))).toMatchObject({ ok: false, because: 'kind' });
    const override: Asked = { operation: 'start-deployment', needs: 'manager', peopleOnly: true };
    expect(mayDo(ci, override, on('payments')).ok).toBe(false);
    expect(mayDo(ci, { operation: 'make-token', needs: 'admin' }, on('payments')).ok).toBe(false);
    expect(mayDo(ci, { operation: 'me', needs: 'signed-in' }, undefined).ok).toBe(true);
    expect(mayDo(ci, { operation: 'me', needs: 'signed-in', peopleOnly: true }, undefined).ok).toBe(false);
  });
});

test('a link acknowledges its process; a sender sends; Muster asks for nothing', () => {
  const link: Principal = { ...person([]), kind: 'link', scopes: { operations: ['acknowledge'], process: 'INC-1' } };
  expect(mayDo(link, acknowledge, on('payments')).ok).toBe(true);
  expect(mayDo(link, acknowledge, { process: 'INC-2', services: [] }).ok).toBe(false);
  expect(mayDo(link, read, on('payments')).ok).toBe(false);
  const sender: Principal = { ...person([{ role: 'admin' }]), kind: 'sender' };
  expect(mayDo(sender, read, undefined).ok).toBe(false);
  expect(mayDo(sender, { operation: 'send-alerts', needs: 'sender' }, undefined).ok).toBe(true);
  expect(mayDo({ ...person([{ role: 'admin' }]), kind: 'system' }, read, undefined).ok).toBe(false);
});

test('what an answer without a target allows, it allows for every target', () => {
  const services = fc.subarray(['payments', 'search', 'web']);
  const grants = fc.array(
    fc.record({ role: fc.constantFrom(...apiRoles), services: fc.option(services, { nil: undefined }) }),
    { maxLength: 3 },
  );
  const asked = fc.record({
    operation: fc.constantFrom('read', 'acknowledge', 'cancel'),
    needs: fc.constantFrom(...apiRoles),
    peopleOnly: fc.boolean(),
  });
  fc.assert(
    fc.property(grants, fc.constantFrom('person' as const, 'ci' as const), asked, services, (given, kind, what, of) => {
      const roles = given.map(({ role, services: some }) => (some === undefined ? { role } : { role, services: some }));
      const who = { ...person(roles, kind === 'ci' ? { operations: ['read', 'cancel'] } : {}), kind };
      fc.pre(mayDo(who, what, undefined).ok);
      expect(mayDo(who, what, { services: of }).ok).toBe(true);
    }),
  );
});

describe('roles by access.yaml', () => {
  const rules: AccessRules = {
    everybody: 'viewer',
    roles: [
      { role: 'admin', people: ['emeka'], groups: [] },
      { role: 'responder', people: [], groups: ['sre'], services: ['payments'] },
    ],
  };
  const via = 'session';

  test('come from the person, from groups, and from everybody', () => {
    expect(personPrincipal(rules, 'emeka', { via }).roles).toEqual([{ role: 'admin' }, { role: 'viewer' }]);
    expect(personPrincipal(rules, 'ana', { via, groups: ['sre'] }).roles).toEqual([
      { role: 'responder', services: ['payments'] },
      { role: 'viewer' },
    ]);
    expect(personPrincipal({ ...rules, everybody: 'none' }, 'ana', { via }).roles).toEqual([]);
    expect(adminsOf(rules)).toEqual(['emeka']);
  });

  test('whoever is nobody of people.yaml looks, at most, and has a name that no person can have', () => {
    const rich: AccessRules = { everybody: 'manager', roles: [{ role: 'admin', people: ['emeka'], groups: ['sre'] }] };
    for (const claim of ['emeka', 'Emeka', 'someone@example.org', 'muster', '', 'é'.repeat(300)]) {
      const stranger = strangerPrincipal(rich, claim, { via, groups: ['sre'] });
      expect(stranger.roles).toEqual([{ role: 'viewer' }]);
      expect(stranger.id).toMatch(/^[a-z0-9._-]+@/);
    }
    expect(strangerPrincipal({ ...rich, everybody: 'none' }, 'x@y.z', { via }).roles).toEqual([]);
  });
});

describe('names', () => {
  test.each(['ana', 'ana.duarte', 'a-1', 'ana@example.org', '0', 'ana_d', 'x'.repeat(120)])('%s is one', (name) => {
    expect(readName(name)).toEqual({ ok: true, name });
  });
  test('the forms of one letter are one name', () => {
    expect(readName('ａｎａ')).toEqual({ ok: true, name: 'ana' });
  });
  test.each(['', ' ', 'Zoë', 'ana duarte', '-ana', 'x'.repeat(121), 'a\u200db', 'а\u0430', 'a/b', '__proto__'])(
    '%j is none',
    (name) => expect(readName(name).ok).toBe(false),
  );
  test('of a name in capitals the other is shown', () => {
    expect(readName('Ana')).toMatchObject({
      ok: false,
      message: expect.stringContaining('did you mean ana?') as string,
    });
  });
  test('some are nobody, in whatever letters', () => {
    for (const name of reservedNames)
      for (const written of [name, name.toUpperCase(), ` ${name}`]) expect(readName(written).ok).toBe(false);
  });
});
