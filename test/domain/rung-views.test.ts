/** R15: what readers see of each rung is what happened, and what will happen if nobody acts. */
import { viewOf } from '../../src/domain';
import { incidentPolicy, minute, t0 } from '../support/policy';
import { incident, type Story } from '../support/story';

const iso = (at: number) => new Date(at).toISOString();
const rungsIn = (story: Story, deadline: string) =>
  viewOf(story.state).deadlines.find(({ id }) => id === deadline)!.rungs;
const rung = (story: Story, deadline: string, label: string) =>
  rungsIn(story, deadline).find((one) => one.rung === label);

test('a fired rung has the people who were told, whoever is on call by now', () => {
  const story = incident().until('1m');
  expect(rung(story, 'response', '1')).toMatchObject({ fired: true, mode: 'page', told: ['fatima'], to: [] });
  story.directory = {
    ...story.directory,
    teams: { platform: { ...story.directory.teams['platform']!, primary: 'dimitris' } },
  };
  expect(rung(story, 'response', '1')).toMatchObject({ told: ['fatima'], to: [] });
  expect(rung(story, 'response', '2')).toMatchObject({ fired: false });
  expect(rung(story, 'response', '2')!.told).toBeUndefined();
});

test('rungs that fire together each keep their own people', () => {
  const story = incident().until('5m');
  const told = (label: string, deadline = 'response') => rung(story, deadline, label)?.told;
  expect(told('3')).toEqual(expect.arrayContaining(['hana', 'ana']));
  for (const { rung: label, fired, told: people } of rungsIn(story, 'response'))
    if (fired) expect([label, people?.length]).not.toEqual([label, undefined]);
});

test('a person whom no way reached stands on the rung, and so does who was told in their place', () => {
  const story = incident();
  story.broken.add('giorgos/inbox');
  story.until('4m');
  expect(rung(story, 'response', '2')!.told).toEqual(['giorgos', 'hana', 'ana', 'bruno', 'chiara']);
  // The fallthrough told these people early, so the third rung will not tell them again.
  expect(rung(story, 'response', '3')).toMatchObject({ fired: false, already: ['hana', 'ana', 'bruno', 'chiara'] });
});

test('a fired rung says what went: a reminder where a page became one', () => {
  const ladders = { ...incidentPolicy.ladders, update: incidentPolicy.ladders['update']! };
  const story = incident({}, { ...incidentPolicy, ladders }).until('30m');
  const fired = story.state.timeline.flatMap((event) => (event.type === 'rungs-fired' ? event.rungs : []));
  expect(fired.some(({ mode }) => mode === 'remind')).toBe(true);
  for (const { deadline, round, rung: label, mode, nominalAt } of fired) {
    const view = viewOf(story.state).deadlines.find(({ id }) => id === deadline)!;
    if (view.round !== round || view.rungs.length === 0) continue;
    expect(view.rungs.find((one) => one.rung === label)).toMatchObject({ mode, at: iso(nominalAt), fired: true });
  }
});

test('a rung to come that falls after the end of the response ladder is a page again', () => {
  const ladders = {
    response: [{ at: { n: 0, unit: 'ms' }, mode: 'page', to: ['primary'] }],
    update: [
      { at: { n: 0, unit: 'ms' }, mode: 'page', to: ['commander'] },
      { at: { n: 1, unit: 'interval' }, mode: 'page', to: ['commander'] },
    ],
    phase: [
      { at: { n: -14 * minute, unit: 'ms' }, mode: 'page', to: ['commander'] },
      { at: { n: 0, unit: 'ms' }, mode: 'page', to: ['commander'] },
    ],
  } as const;
  const story = incident({}, { ...incidentPolicy, ladders });
  // The ladder of the response ends one response after its only rung, at 10m.
  expect(rungsIn(story, 'phase.assessment').map(({ mode }) => mode)).toEqual(['remind', 'page']);
  expect(rungsIn(story, 'update').map(({ mode }) => mode)).toEqual(['page', 'page']);
  story.until('40m');
  const fired = story.state.timeline.flatMap((event) => (event.type === 'rungs-fired' ? event.rungs : []));
  expect(fired.filter(({ deadline }) => deadline === 'phase.assessment').map(({ mode }) => mode)).toEqual([
    'remind',
    'page',
  ]);
});

test('after a reopening a fired rung keeps the instant at which it stood', () => {
  const story = incident().at('1m', 'acknowledge', {}).until('20m');
  const before = rungsIn(story, 'phase.assessment').filter(({ fired }) => fired);
  expect(before.length).toBeGreaterThan(0);
  story.at('21m', 'resolve', {}).at('50m', 'reopen', { reason: 'again' });
  const after = rungsIn(story, 'phase.assessment');
  for (const { rung: label, at, mode, told } of before)
    expect(after.find((one) => one.rung === label)).toMatchObject({ fired: true, at, mode, told });
  for (const { at, fired } of after) if (!fired) expect(Date.parse(at)).toBeGreaterThan(t0 + 50 * minute);
});

test('missed repeats of which only the last made a message are not called fired', () => {
  const story = incident();
  story.away = true;
  story.until('40m').back();
  const told = story.state.timeline.flatMap((event) => (event.type === 'rungs-fired' ? event.rungs : []));
  const named = told.filter(({ deadline }) => deadline === 'response').map(({ rung: label }) => label);
  expect(
    rungsIn(story, 'response')
      .filter(({ fired }) => fired)
      .map(({ rung: label }) => label),
  ).toEqual(named);
});
