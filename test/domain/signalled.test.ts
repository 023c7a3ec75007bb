/** What a Signal may claim: nothing, in processes that begin now; what it did before, in others. */
import { accept, signalled, type Actor, type Command } from '../../src/domain';
import { incidentPolicy } from '../support/policy';
import { incident } from '../support/story';

const claimed: Actor = {
  person: 'nobody-knows',
  known: true,
  roles: ['cto'],
  approves: ['payments'],
  teams: ['platform'],
  via: 'session',
};
const acknowledge: Command<'acknowledge'> = { name: 'acknowledge', body: {}, actor: claimed };
const old = incident();
const now = incident({}, { ...incidentPolicy, signalsClaimNothing: true });

test('in a process that begins now, the name counts alone', () => {
  expect(signalled(now.state, acknowledge).actor).toEqual({
    person: 'nobody-knows',
    known: false,
    roles: [],
    approves: [],
  });
  expect(accept(now.state, signalled(now.state, acknowledge), now.now)).toMatchObject({ ok: false });
  expect(accept(now.state, acknowledge, now.now)).toMatchObject({ ok: true });
});

test('in an older one, whose history has to replay, everything but the credential', () => {
  const { via: _, ...before } = claimed;
  expect(signalled(old.state, acknowledge).actor).toEqual(before);
  expect(accept(old.state, signalled(old.state, acknowledge), old.now)).toMatchObject({ ok: true });
});
