/** R10: an incident that has to begin does, also when its template or level is gone by now. */
import { join } from 'node:path';
import { followedPolicy, policyInAnyCase } from '../../src/config/in-force';
import { start, type CommandBody } from '../../src/domain';
import { configOf } from '../support/loaded-config';
import { t0 } from '../support/policy';
import { actorOf, directory } from '../support/story';

const config = configOf(join(__dirname, '../../config'));
const begun = (body: Partial<CommandBody<'declare'>>) => {
  const whole = { title: 'Checkout is down', severity: 'P1', description: 'since noon', ...body };
  const found = policyInAnyCase(config, directory, t0, whole);
  if (typeof found === 'string') throw new Error(found);
  return found;
};
const usual = followedPolicy(config, directory, 'incident', t0, {});

test('a template and a level that are there are taken as they are', () => {
  const { policy, body } = begun({ template: 'hopngo-incident' });
  expect(policy).toEqual(usual);
  expect(body).toMatchObject({ severity: 'P1', description: 'since noon' });
});

test('a level that is gone: the worst one of the template, and the description says so', () => {
  const { body } = begun({ template: 'hopngo-incident', severity: 'sev2' });
  expect(body).toMatchObject({ template: 'hopngo-incident', severity: 'P0' });
  expect(body.description).toMatch(
    /^It follows hopngo-incident as P0, because it could not begin as sev2 \(unknown severity "sev2".*\n\nsince noon$/s,
  );
});

test('a template that is gone: the one that is followed without its name, at the same level if that has it', () => {
  expect(begun({ template: 'security' })).toMatchObject({
    policy: usual,
    body: { template: 'hopngo-incident', severity: 'P1', title: 'Checkout is down' },
  });
  expect(begun({ template: 'security', severity: 'sev2' }).body.severity).toBe('P0');
});

test('what comes out can begin', () => {
  const { policy, body } = begun({ template: 'security', severity: 'sev2', services: ['payments'] });
  const state = start({ kind: 'incident', id: 'INC-2026-12-07-002', at: t0, actor: actorOf('emeka'), policy, body });
  expect(state.severity).toBe('P0');
});

test('without any template of incidents there is none, and the reason is said', () => {
  const none = { ...config, templates: config.templates.filter(({ kind }) => kind === 'release') };
  expect(policyInAnyCase(none, directory, t0, { title: 'x', severity: 'P1' })).toContain(
    'no template of kind incident',
  );
});
