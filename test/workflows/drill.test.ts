/**
 * A drill on a real server in virtual time: the drill and its workflow end by themselves, and only
 * the drill channels are used.
 */
import { Bench } from './live';
import { saidIn } from '../support/messages';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

test('a drill that nobody answers is cancelled at its end, and the workflow is over', async () => {
  const drill = await bench.incident({ drill: true, drillFor: '12m' });
  await drill.until('11m');
  expect(await drill.messages()).toEqual(
    expect.arrayContaining(['0m page fatima', '3m page giorgos', '10m page hana']),
  );
  await drill.until('13m');
  await drill.handle.result();
  const timeline = await drill.timeline();
  const end = timeline.find(({ type }) => type === 'cancelled')!;
  expect(end).toMatchObject({ by: 'muster', text: 'Cancelled: the drill is over' });
  expect(Math.floor((Date.parse(end.at) - drill.beganAt) / 60_000)).toBe(12);
  const sent = bench.sent.filter(({ process }) => process.id === drill.id);
  expect(new Set(sent.map(({ channel }) => channel))).toEqual(new Set(['drill-room']));
  expect(sent.filter((request) => !request.process.drill || !saidIn(request).startsWith('DRILL - '))).toEqual([]);
});

test('a drill that was resolved closes by itself a quarter of an hour later', async () => {
  const drill = await bench.incident({ drill: true, drillFor: '2h' });
  await drill.at('2m', 'acknowledge', {});
  await drill.at('10m', 'resolve', {});
  await drill.until('26m');
  await drill.handle.result();
  expect(await drill.view()).toMatchObject({ status: 'closed' });
});
