/** R11: what is told again and again for years stays small. */
import { carriedOf, deliveriesOf, stateOf, timelineOf, viewOf, type Policy } from '../../src/domain';
import { wholeTellings } from '../../src/domain/engine/old-tellings';
import { stateSize } from '../../src/domain/state/state-size';
import { at, incidentPolicy, minute, phase, t0 } from '../support/policy';
import { incident, type Story } from '../support/story';

const phases = Array.from({ length: 12 }, (_, index) =>
  phase(`part-${index}`, [`work-${index}`], { opens: at('declared'), due: at('declared', 3, 'response') }),
);
const insisting: Policy = {
  ...incidentPolicy,
  phases,
  severities: {
    ...incidentPolicy.severities,
    P0: { ...incidentPolicy.severities['P0']!, insist: 60 * minute },
  },
};
const kilobytes = (text: string) => Buffer.byteLength(text) / 1024;

describe('R11: an incident that nobody ends', () => {
  let story: Story;
  beforeAll(() => {
    story = incident({}, insisting);
    // A way that never works: each telling falls to the next.
    story.directory = {
      ...story.directory,
      people: { ...story.directory.people, hana: { ...story.directory.people['hana']!, reach: ['pager', 'inbox'] } },
    };
    story.broken.add('pager');
    story.until('1826d');
  });

  test('five years of tellings stay under 1 MiB as a run hands them over, with a way that never works', () => {
    const said = story.state.timeline.filter(({ type }) => type === 'rungs-fired').length;
    expect(said).toBeGreaterThan(1500);
    expect(kilobytes(JSON.stringify(carriedOf(story.state)))).toBeLessThan(1024);
    expect(stateSize(story.state)).toBe(JSON.stringify(story.state).length);
  });

  test('every message is still listed, under the key that it had', () => {
    const sent = story.sent.map(({ request }) => request.key);
    const listed = deliveriesOf(story.state).map(({ key }) => key);
    expect(new Set(listed)).toEqual(new Set(sent));
    expect(listed).toHaveLength(sent.length);
  });

  test('the numbers of events stay, and so does what the views say of the last telling', () => {
    expect(story.state.timeline.every(({ seq }, index) => seq === index + 1)).toBe(true);
    expect(timelineOf(story.state).at(-1)!.at).toBe(timelineOf(stateOf(carriedOf(story.state))).at(-1)!.at);
    const { deadlines } = viewOf(story.state);
    const late = deadlines.find(({ id }) => id === 'phase.part-11')!;
    expect(late.rungs.find(({ rung, fired }) => fired && rung.startsWith('end'))).toMatchObject({ told: ['hana'] });
    const last = story.state.timeline.findLast((event) => event.type === 'rungs-fired');
    expect(last?.type === 'rungs-fired' && last.rungs.length).toBe(14);
    const whole = story.state.timeline.filter((event) => event.type === 'rungs-fired' && event.rungs.length === 14);
    expect(whole.length).toBeGreaterThanOrEqual(wholeTellings);
    expect(t0).toBeLessThan(last!.at);
  });
});
