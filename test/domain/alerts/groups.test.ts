/** Which incident has an alert of the group of a rule, and which has one outside any group. */
import { alert, opens } from '../../support/alert-desk';
import { AlertWorld } from '../../support/alert-world';
import { minute } from '../../support/policy';

const grouped = alert('firing', { key: 'west', ruling: { ...opens, gather: 'rule 1: region=west' } });
const plain = alert('firing', { key: 'plain' });
const titlesIn = (world: AlertWorld) =>
  world.incidents.map(({ state }) => (state.kind === 'incident' ? state.alerts?.known.map(({ id }) => id) : []));

test.each([
  ['the group first', [grouped, plain], [['am/west'], ['am/plain']]],
  ['the group last', [plain, grouped], [['am/plain'], ['am/west']]],
])('each has an incident of its own, and joins no other: %s', (_, [first, second], incidents) => {
  const world = new AlertWorld();
  world.take({ source: 'am', alerts: [first!], groups: [] }, minute);
  world.take({ source: 'am', alerts: [second!], groups: [] }, minute);
  world.rest();
  expect(titlesIn(world)).toEqual(incidents);
  const again = { ...first!, key: 'third' };
  world.take({ source: 'am', alerts: [again], groups: [] }, minute);
  world.rest();
  expect(titlesIn(world)[0]).toEqual([...incidents[0]!, 'am/third']);
  expect(world.incidents).toHaveLength(2);
});
