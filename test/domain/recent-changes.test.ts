/**
 * What was changed lately on the services of an incident: listed once, newest first, wherever
 * people read of the incident; and what a release tells of itself for that.
 */
import { processViewSchema } from '../../src/contracts/process-view';
import { reportAlerts } from '../../src/domain/engine/reported-alerts';
import { carriedOf, stateOf, type CarriedState } from '../../src/domain/state/carried';
import {
  accountOf,
  reportMarkdown,
  reportOf,
  takeMerged,
  teamsOf,
  viewOf,
  type Change,
  type CommandBody,
  type RecentChanges,
} from '../../src/domain';
import { incidentPolicy, minute, releasePolicy, t0 } from '../support/policy';
import { saidIn } from '../support/messages';
import { actorOf, directory, incident, Story } from '../support/story';

const rel = 'REL-2026-12-01-001';
const change = (id: string, minutesAgo: number, more: Partial<Change> = {}): Change => ({
  id,
  at: t0 - minutesAgo * minute,
  kind: 'deployed',
  source: 'github',
  title: `hopngo/${id} to production`,
  services: ['payments'],
  ...more,
});
const own = change(`${rel}-3f2a/deployed`, 12, { source: 'muster', title: 'Payments 2.14', release: rel, by: 'jonas' });
const flag = change('flag', 90, {
  kind: 'changed',
  title: 'Feature flag new-checkout on',
  url: 'https://flags.example/7',
});
const older = change('older', 600);
const recent: RecentChanges = { changes: [own, flag, older], more: 4 };

function struck(found: RecentChanges | null = recent, body: Partial<CommandBody<'declare'>> = {}): Story {
  return new Story({
    kind: 'incident',
    id: 'INC-2026-12-07-001',
    at: t0,
    actor: actorOf('emeka'),
    policy: incidentPolicy,
    body: { title: 'Checkout is down', severity: 'P0', services: ['payments'], ...body },
    teams: teamsOf(['payments'], directory),
    ...(found === null ? {} : { recent: found }),
  });
}
const rollBack = `muster roll-back ${rel} "for INC-2026-12-07-001"`;

describe('an incident that begins', () => {
  test('lists the changes in view, timeline and report, and says how the newest release is taken back', () => {
    const { state } = struck();
    const view = viewOf(state);
    expect(view.recentChanges).toMatchObject({
      more: 4,
      shown: [
        { title: 'Payments 2.14', release: rel, rollBack },
        { kind: 'changed', url: 'https://flags.example/7' },
        {},
      ],
    });
    expect(view.recentChanges!.shown.filter(({ rollBack: word }) => word !== undefined)).toHaveLength(1);
    expect(processViewSchema.pick({ recentChanges: true }).parse(view)).toHaveProperty('recentChanges.more', 4);
    const { facts, timeline } = accountOf(state);
    expect(timeline.find(({ type }) => type === 'changes-listed')?.text).toMatch(
      /^Changed lately: Payments 2.14 deployed \(REL-2026-12-01-001, by jonas\) at .*; Feature flag new-checkout on at .*; and 4 more$/,
    );
    const report = reportOf(facts, timeline);
    expect(report).toMatchObject({
      recentChangesInAll: 7,
      recentChanges: [{ text: /Payments/ }, {}, {}].map(() => ({})),
    });
    const markdown = reportMarkdown(report);
    expect(markdown).toContain('## Recent Changes');
    expect(markdown).toContain('https://flags.example/7');
    expect(markdown).toContain('and 4 more');
  });

  test('tells whoever is paged, and whoever hears of it first, of the two newest', () => {
    const story = struck().until('2m');
    const [page] = story.sent.filter(({ request }) => request.kind === 'page');
    const text = saidIn(page!.request);
    expect(text).toContain('Changed lately: Payments 2.14 deployed (REL-2026-12-01-001, by jonas) at');
    expect(text).toContain(`to take it back: ${rollBack}`);
    expect(text).toContain('Feature flag new-checkout on at');
    expect(text).not.toContain('hopngo/older');
    const declared = story.sent.find(({ request }) => request.kind === 'announce');
    expect(JSON.stringify(declared?.request.fields)).toContain('Payments 2.14 deployed');
    const publicOnes = story.sent.filter(({ request }) => request.public);
    expect(JSON.stringify(publicOnes)).not.toContain('Payments 2.14');
  });

  test('without any change nothing is said of changes', () => {
    const { state } = struck(null);
    expect(viewOf(state)).not.toHaveProperty('recentChanges');
    expect(state.timeline.some(({ type }) => type === 'changes-listed')).toBe(false);
  });

  test('the list goes over to the next run', () => {
    const { state } = struck();
    expect(viewOf(stateOf(JSON.parse(JSON.stringify(carriedOf(state))) as CarriedState)).recentChanges).toEqual(
      viewOf(state).recentChanges,
    );
  });
});

describe('a service that is affected later', () => {
  const web = change('web', 3, { services: ['web'] });
  const listed = (story: Story) => viewOf(story.state).recentChanges?.shown.map(({ title }) => title);
  const titles = [web, own, flag, older].map(({ title }) => title);

  test('by record-impact: brings its changes, and none twice', () => {
    const story = struck().until('1m');
    const answer = story.ask('record-impact', { addServices: ['web'] }, 'fatima', {
      recent: { changes: [web, own], more: 1 },
    });
    expect(answer.ok).toBe(true);
    story.activate();
    expect(listed(story)).toEqual(titles);
    const events = story.state.timeline.filter((event) => event.type === 'changes-listed');
    expect(events.map(({ changes, more }) => [changes.length, more])).toEqual([
      [3, 4],
      [1, 5],
    ]);
  });

  test('by an alert, and by a merge', () => {
    const { state } = struck();
    const alerted = reportAlerts(
      state,
      {
        ...{ key: 'alerts/m/1', at: t0, levels: [], services: ['web'], resolveAfterMs: minute },
        alerts: [
          { id: 'am/a', episode: 1, source: 'am', title: 'a', state: 'firing', firstAt: t0, lastAt: t0, count: 1 },
        ],
        recent: { changes: [web], more: 0 },
      },
      t0 + minute,
    );
    if (!alerted.ok) throw new Error(alerted.refusal.message);
    expect(viewOf(alerted.state).recentChanges?.shown.map(({ title }) => title)).toEqual(titles);

    const source = struck({ changes: [web], more: 0 }, { services: ['web'] });
    source.at('1m', 'merge', { into: 'INC-2026-12-07-002' }, 'emeka');
    const merged = takeMerged(incident().state, source.told[0]!, t0 + 2 * minute);
    if (!merged.ok) throw new Error(merged.refusal.message);
    expect(viewOf(merged.state).recentChanges?.shown.map(({ title }) => title)).toEqual([web.title]);
  });
});

describe('a release', () => {
  const begun = (body: Partial<CommandBody<'plan'>> = {}, tells?: 'all' | false): Story =>
    new Story({
      kind: 'release',
      id: 'REL-2026-12-07-001',
      mark: '3f2a9c81d0e4',
      at: t0,
      actor: actorOf('jonas'),
      policy: releasePolicy,
      body: {
        title: 'Payments 2.14',
        version: '2.14.0',
        services: ['payments'],
        targetAt: '2026-12-30T10:00:00+02:00',
        ...body,
      },
      teams: teamsOf(['payments'], directory),
      ...(tells === false ? {} : { tellsChanges: tells ?? true }),
    });
  const deploying = (story: Story) => story.at('1h', 'start-deployment', { override: 'now' }, 'chiara');
  const words = ({ toldChanges }: Story) =>
    toldChanges.map((word) => (word.do === 'record' ? `${word.change.id} ${word.change.title}` : word.do));

  test('tells that it was deployed, that it was taken back, and that it is over', () => {
    const story = deploying(begun()).at(
      '2h',
      'mark-deployed',
      { at: new Date(t0 + 90 * minute).toISOString() },
      'jonas',
    );
    expect(story.toldChanges).toEqual([
      {
        do: 'record',
        change: {
          ...{
            id: 'REL-2026-12-07-001-3f2a9c81d0e4/deployed',
            at: t0 + 90 * minute,
            kind: 'deployed',
            source: 'muster',
          },
          ...{
            title: 'Payments 2.14',
            services: ['payments'],
            version: '2.14.0',
            release: 'REL-2026-12-07-001',
            by: 'jonas',
          },
        },
      },
    ]);
    story.at('3h', 'roll-back', { reason: 'refunds fail' }, 'jonas');
    expect(words(story).slice(1)).toEqual(['REL-2026-12-07-001-3f2a9c81d0e4/rolled-back Payments 2.14: refunds fail']);
    const closed = deploying(begun()).at('2h', 'mark-deployed', {}, 'jonas');
    closed.at('3h', 'close', { skipRest: 'all is well' }, 'jonas');
    expect(words(closed).slice(1)).toEqual(['end']);
  });

  test('tells that it is being deployed, and that it is over when that is cancelled', () => {
    const story = deploying(begun({}, 'all'));
    expect(story.toldChanges).toMatchObject([
      {
        do: 'record',
        change: {
          ...{ id: 'REL-2026-12-07-001-3f2a9c81d0e4/deploying', at: t0 + 60 * minute, kind: 'deploying' },
          ...{ release: 'REL-2026-12-07-001', by: 'chiara' },
        },
      },
    ]);
    expect(words(story.at('2h', 'cancel', { reason: 'enough' }, 'jonas')).slice(1)).toEqual(['end']);
    expect(words(begun({}, 'all').at('1h', 'cancel', { reason: 'enough' }, 'jonas'))).toEqual([]);
    const done = deploying(begun({}, 'all')).at('2h', 'mark-deployed', {}, 'jonas');
    expect(words(done).slice(1)).toEqual(['REL-2026-12-07-001-3f2a9c81d0e4/deployed Payments 2.14']);
  });

  test('tells nothing before it deploys, as a drill, or when it began under a build without the log', () => {
    expect(words(begun().at('1h', 'roll-back', { reason: 'not wanted' }, 'jonas'))).toEqual([]);
    expect(words(deploying(begun({}, false)).at('2h', 'mark-deployed', {}, 'jonas'))).toEqual([]);
    const drill = deploying(begun({ drill: true, drillFor: '1d' })).at('2h', 'mark-deployed', {}, 'jonas');
    expect(words(drill)).toEqual([]);
  });

  test('R37: tells nothing while it is restricted, and takes back what it told before', () => {
    const sealed = deploying(begun({ restrictedTo: ['chiara', 'jonas'] })).at('2h', 'mark-deployed', {}, 'jonas');
    expect(words(sealed)).toEqual([]);
    const story = deploying(begun()).at('2h', 'mark-deployed', {}, 'jonas');
    story.at('3h', 'restrict', { to: ['jonas'] }, 'jonas').at('4h', 'roll-back', { reason: 'secret' }, 'jonas');
    expect(words(story).slice(1)).toEqual(['withdraw']);
  });

  test('R37: tells of itself again once everybody may see it', () => {
    const story = deploying(begun({}, 'all')).at('2h', 'restrict', { to: ['jonas'] }, 'jonas');
    story.at('3h', 'unrestrict', { reason: 'it is out' }, 'jonas').at('4h', 'mark-deployed', {}, 'jonas');
    const marked = 'REL-2026-12-07-001-3f2a9c81d0e4';
    expect(words(story)).toEqual([
      `${marked}/deploying Payments 2.14`,
      'withdraw',
      'reveal',
      `${marked}/deployed Payments 2.14`,
    ]);
    const restricted = begun({ restrictedTo: ['jonas'] }).at('1h', 'unrestrict', { reason: 'x' }, 'jonas');
    expect(words(restricted)).toEqual([]);
  });

  test('R37: takes back its name before it deploys too, because a tool may have said it', () => {
    expect(words(begun().at('1h', 'restrict', { to: ['jonas'] }, 'jonas'))).toEqual(['withdraw']);
    expect(words(begun({}, false).at('1h', 'restrict', { to: ['jonas'] }, 'jonas'))).toEqual([]);
  });
});
