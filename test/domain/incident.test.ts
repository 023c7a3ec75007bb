/** An incident from declare to close (docs/rules.md). */
import {
  absorb,
  memoOf,
  searchAttributesOf,
  recordRefusal,
  reportMarkdown,
  reportOf,
  stateLimit,
  timelineOf,
  viewOf,
  deliveriesOf,
} from '../../src/domain';
import { incident, release, type Story } from '../support/story';
import { incidentPolicy, minute, t0 } from '../support/policy';
import { saidIn, whyIn } from '../support/messages';

const refusal = (answer: ReturnType<Story['ask']>) => (answer.ok ? undefined : answer.refusal);
const item = (story: Story, id: string) =>
  viewOf(story.state)
    .phases.flatMap(({ groups }) => groups.flatMap(({ items }) => items))
    .find((one) => one.id === id)!;

test('nobody ticks what Muster saw: events tick their items, with the event as evidence', () => {
  const story = incident();
  expect(item(story, 'severity-assessed')).toMatchObject({ status: 'done', evidence: 'severity-set' });
  expect(item(story, 'team-notified')).toMatchObject({ status: 'done' });
  expect(item(story, 'commander-assigned').status).toBe('open');
  story.at('1m', 'acknowledge', {});
  expect(item(story, 'commander-assigned')).toMatchObject({ status: 'done', evidence: 'role-assigned commander' });
});

test('the first to acknowledge becomes commander, and a second one changes nothing', () => {
  const story = incident().at('1m', 'acknowledge', {}, 'fatima').at('2m', 'acknowledge', { note: 'me too' }, 'giorgos');
  expect(story.state.roles).toEqual({ commander: 'fatima' });
  expect(viewOf(story.state).acknowledgedBy).toBe('fatima');
});

test('whoever acknowledges what somebody has, or what is resolved, is told so', () => {
  const changes = (story: Story, by: string) => {
    const answer = story.ask('acknowledge', {}, by);
    return answer.ok ? answer.answer.changes : [];
  };
  const taken = incident().at('1m', 'acknowledge', {}, 'fatima');
  expect(changes(taken, 'giorgos')).toEqual(['Acknowledged', 'fatima has it, since 2026-12-07T08:01:00.000Z']);
  expect(changes(taken, 'fatima')).toEqual(['Acknowledged']);
  const over = incident().at('1m', 'resolve', {}, 'fatima');
  expect(changes(over, 'giorgos')).toEqual(['Acknowledged', 'It is resolved: nothing waited for an answer']);
});

test('whoever is paged once more is told why, and whoever handed it off in vain still has it', () => {
  const shift = incident({}, { ...incidentPolicy, announcements: [{ on: 'severity-changed', to: ['leadership'] }] })
    .at('1m', 'acknowledge', {}, 'giorgos')
    .at('2m', 'hand-off', { to: 'bruno' }, 'giorgos')
    .until('5m');
  const page = shift.sent.findLast(({ request }) => request.kind === 'page' && request.rung !== null)!;
  expect(saidIn(page.request).split('\n')[0]).toMatch(/response due [^;]*; bruno did not take it over from giorgos$/);
  shift.at('6m', 'set-severity', { severity: 'P1', reason: 'less' });
  const briefing = shift.sent.findLast(({ request }) => request.recipient === 'leadership');
  expect(saidIn(briefing!.request)).toContain('Who has it: giorgos, answered at');
  const again = incident()
    .at('1m', 'acknowledge', {})
    .at('2m', 'resolve', {})
    .at('3m', 'reopen', { reason: 'it is back' });
  const rung = again.sent.findLast(({ request }) => request.kind === 'page' && request.rung !== null)!;
  expect(saidIn(rung.request).split('\n')[0]).toMatch(/; opened again by fatima: it is back$/);
});

test('an item applies when its facts hold, judged again when they change', () => {
  const story = incident().at('1m', 'acknowledge', {});
  expect(item(story, 'status-page-updated').status).toBe('not-applicable');
  expect(viewOf(story.state).phases[0]!.status).toBe('completed');
  story.at('2m', 'record-impact', { customerFacing: true });
  expect(item(story, 'status-page-updated').status).toBe('open');
  expect(viewOf(story.state).phases[0]!.status).toBe('open');
  story.at('3m', 'post-update', { text: 'We are on it', audience: 'public' });
  expect(item(story, 'status-page-updated')).toMatchObject({ status: 'done', evidence: 'announced status-page' });
});

test('public text holds what was written for the public and nothing internal', () => {
  const story = incident({ description: 'secret-db-7 is down' }).at('3m', 'post-update', {
    text: 'We are on it',
    audience: 'public',
    actions: ['internal action'],
  });
  const posted = story.sent.filter(({ request }) => request.recipient === 'status-page');
  expect(posted.map(({ request }) => saidIn(request))).toEqual(['We are on it']);
  expect(posted[0]!.request.links).toEqual([]);
});

test('a page says what is wrong, why you, and what to do, in the form of the communication template', () => {
  const { request } = incident({ usersAffected: '30 %' }).sent.find((sent) => sent.request.kind === 'page')!;
  const text = saidIn(request);
  expect(whyIn(request)).toBe('you are primary on call of platform, on rung 1 of response');
  expect(text).toContain('Next: acknowledge: muster incident ack INC-2026-12-07-001');
  expect(text).toMatch(
    /🚨 INCIDENT ALERT - P0\n\nIncident ID: INC-2026-12-07-001\nStart Time: .*\nSeverity: P0\nStatus: Investigating\n\nImpact:\n- Affected Services: payments\n- User Impact: .*\n- Estimated Users Affected: 30 %\n\nCurrent Actions:\n- .*\n\nNext Update: .*\nIncident Commander: nobody yet$/,
  );
});

test('an announcement promises the next update as it then stands, and none once resolved', () => {
  const story = incident()
    .at('1m', 'acknowledge', {})
    .at('2m', 'complete-items', { items: ['dashboards-checked'] })
    .at('10m', 'post-update', { text: 'one' })
    .at('11m', 'post-update', { text: 'two', nextUpdateAt: '2026-12-07T08:45:00Z' })
    .at('40m', 'post-update', { text: 'three' })
    .at('41m', 'set-severity', { severity: 'P1', reason: 'less' })
    .at('42m', 'resolve', {})
    .at('43m', 'post-update', { text: 'four' })
    .at('44m', 'reopen', { reason: 'again' })
    .at('45m', 'set-severity', { severity: 'P0', reason: 'all' });
  const promises = story.sent
    .filter(({ request }) => request.kind === 'announce')
    .map(({ request }) => /Next Update: (.*)/.exec(saidIn(request))![1]);
  const at = (minutes: number) => new Date(t0 + minutes * minute).toISOString();
  const none = 'none is due';
  // Two audiences heard that it was over, and hear that it is not (P1: 15 and 20 minutes).
  const again = at(44 + 15 + 20);
  expect(promises).toEqual([at(20), at(25), at(45), at(55), at(60), none, none, none, again, again, at(44 + 5 + 15)]);
});

test('pages and reminders promise it too, through a hand-off, and anew once it is reopened', () => {
  const story = incident()
    .at('1m', 'acknowledge', {})
    .at('10m', 'post-update', { text: 'looking' })
    .at('11m', 'post-update', { text: 'long work', nextUpdateAt: '2026-12-07T09:00:00Z' })
    .at('12m', 'hand-off', { to: 'hana' })
    .at('13m', 'resolve', {})
    .at('14m', 'post-update', { text: 'all is well' })
    .at('20m', 'reopen', { reason: 'again' });
  const promised = story.sent
    .filter(({ request }) => request.kind === 'page')
    .map(({ at, request }) => {
      const next = /Next Update: (.*)/.exec(saidIn(request))![1]!;
      return `${story.clock(at)} ${next.replace(/^.*T(..:..):.*$/, '$1')}`;
    });
  expect([...new Set(promised)]).toEqual(['0m 08:20', '12m 09:00', '20m 08:40']);
});

describe('the inbox repeats what was sent, word for word', () => {
  function expectSameWords(story: Story): void {
    const rows = deliveriesOf(story.state);
    expect(rows).toHaveLength(story.sent.length);
    const wire = new Map(story.sent.map(({ request }) => [request.key, request]));
    for (const row of rows) {
      expect(saidIn(row.content)).toBe(saidIn(wire.get(row.key)!));
      expect(wire.get(row.key)).toMatchObject({
        rung: row.rung,
        recipient: row.recipient,
        kind: row.kind,
      });
      expect(Date.parse(row.nominalAt)).toBe(wire.get(row.key)!.nominalAt);
      expect(row.deadlines.map(({ id }) => id)).toEqual(wire.get(row.key)!.deadlines.map(({ id }) => id));
    }
  }
  test('while people work and nobody posts', () => {
    expectSameWords(
      incident()
        .at('1m', 'set-severity', { severity: 'P1', reason: 'x' })
        .at('2m', 'acknowledge', {})
        .at('10m', 'post-update', { text: 'looking', actions: ['failover'] })
        .until('2h'),
    );
  });
  test('when an outage lets rungs of other people fire with yours: each hears of their own', () => {
    const story = incident();
    story.away = true;
    story.until('7m').back();
    expectSameWords(story);
  });
  test('when a rung that a change moved falls through: as late as it was said to be', () => {
    const story = incident({ severity: 'P2' });
    story.broken.add('giorgos/inbox');
    expectSameWords(story.at('10m', 'set-severity', { severity: 'P1', reason: 'worse' }).until('40m'));
  });
  test('when a release was rescheduled since: with the target of then', () => {
    expectSameWords(
      release('2026-12-10T10:00:00+02:00')
        .until('1h')
        .at('2h', 'reschedule', { targetAt: '2026-12-20T10:00:00Z', reason: 'scope' }, 'ana')
        .until('72h'),
    );
  });
});

test('who could not be reached for one deadline is not said to have been told of another', () => {
  const story = incident().at('1m', 'acknowledge', {}, 'giorgos');
  story.broken.add('mateo/inbox');
  story.away = true;
  story.until('17m').back();
  const told = (id: string) =>
    viewOf(story.state)
      .deadlines.find((one) => one.id === id)!
      .told.map((one) => one.recipient);
  expect(told('update')).toContain('mateo');
  expect(told('phase.assessment')).not.toContain('mateo');
});

test('the view says who was told so far, each once with the latest attempt, and who could not be reached', () => {
  const story = incident();
  story.broken.add('giorgos/inbox');
  const told = () => viewOf(story.until('6m').state).deadlines.find(({ id }) => id === 'response')!.told;
  expect(told()).toMatchObject([
    { recipient: 'fatima', kind: 'page', at: new Date(t0).toISOString() },
    { recipient: 'giorgos', kind: 'page', failed: expect.stringMatching(/./) as unknown },
    { recipient: 'hana' },
    { recipient: 'ana' },
    { recipient: 'bruno' },
    { recipient: 'chiara' },
  ]);
  const before = told().map(({ recipient }) => recipient);
  story.at('7m', 'acknowledge', {});
  // Whoever takes an incident asks who else was woken.
  expect(told().map(({ recipient }) => recipient)).toEqual(before);
});

test('a rung whose people were told early, when the one before reached nobody, is not said to go to nobody', () => {
  const { response } = incidentPolicy.ladders;
  const story = incident({}, { ...incidentPolicy, phases: [], ladders: { response: response! } });
  story.broken.add('giorgos/inbox');
  story.until('6m');
  expect(story.pages().filter((line) => line.endsWith('hana'))).toEqual(['3m hana']);
  expect(story.text()).toContain('Goes to nobody further, who is meant was told before or need not be');
  expect(story.text()).not.toMatch(/Goes to nobody$/m);
});

test('R21: labels take the place of those before, services are added and removed, and what is gone is said', () => {
  const story = incident({ services: ['payments'], labels: ['security', 'legal'] });
  story.at('1m', 'record-impact', { labels: ['legal', 'press'], services: ['web'] });
  expect(story.text()).toContain('Impact recorded: services payments, web; labels legal, press (no longer security)');
  story.at('2m', 'record-impact', { labels: [], removeServices: ['payments'] });
  expect(story.text()).toContain('services web (no longer payments); labels none (no longer legal, press)');
});

test('R21: a service that is removed, or added and removed at once, must be affected; the refusal says which are', () => {
  const story = incident({ services: ['payments', 'web'] });
  const errors = (body: object) => {
    const answer = story.ask('record-impact', body);
    return answer.ok ? [] : answer.refusal.errors;
  };
  expect(errors({ removeServices: ['wbe'] })).toEqual([
    { path: 'removeServices[0]', message: 'unknown affected service "wbe"; did you mean web?' },
  ]);
  expect(errors({ addServices: ['search'], removeServices: ['web', 'search'] })).toEqual([
    { path: 'removeServices[1]', message: 'search is added by the same command' },
  ]);
  expect(story.state.services).toEqual(['payments', 'web']);
});

test('R21: lists find an incident under every service that it was ever about, and show those of now', () => {
  const story = incident({ services: ['payments', 'web'] });
  story.at('1m', 'record-impact', { addServices: ['search'], removeServices: ['payments'] });
  expect(viewOf(story.state).services).toEqual(['web', 'search']);
  expect(searchAttributesOf(story.state).MusterServices).toEqual(['web', 'search', 'payments']);
  expect(memoOf(story.state)).toMatchObject({ services: ['web', 'search'] });
  story.at('2m', 'record-impact', { services: ['payments'] });
  expect(searchAttributesOf(story.state).MusterServices).toEqual(['web', 'search', 'payments']);
  expect(memoOf(story.state)).toMatchObject({ services: null });
});

test('R21: a new title stands in lists and later messages, tells nobody by itself, and stands on the timeline', () => {
  const story = incident().until('2m');
  const { length } = story.sent;
  story.at('2m', 'set-title', { title: 'No card is accepted' }, 'fatima');
  expect(story.sent).toHaveLength(length);
  expect(story.text()).toContain('Title changed to "No card is accepted" (it was "Checkout is down")');
  expect([viewOf(story.state).title, memoOf(story.state).title]).toEqual([
    'No card is accepted',
    'No card is accepted',
  ]);
  story.until('4m');
  expect(story.sent.length).toBeGreaterThan(length);
  expect(story.sent.at(-1)!.request.process.title).toBe('No card is accepted');
  expect(story.ask('set-title', { title: 'No card is accepted' })).toMatchObject({ refusal: { reason: 'unchanged' } });
});

test('resolving again changes nothing, but what was said with it is not lost', () => {
  const story = incident().at('2m', 'resolve', {});
  const before = story.state.lifecycle;
  story.at('3m', 'resolve', { summary: 'rolled back 2.13.4' });
  expect(story.state.lifecycle).toEqual(before);
  expect(story.state.timeline.at(-1)).toMatchObject({ type: 'commented', text: 'rolled back 2.13.4' });
  expect(story.ask('resolve', { summary: 'and watched' })).toMatchObject({
    answer: { changes: ['Already resolved: and watched'] },
  });
  const { length } = story.state.timeline;
  story.at('4m', 'resolve', {});
  expect(story.state.timeline).toHaveLength(length);
});

test('resolve never refuses; what is open stays as it is; the review is due 48 hours after', () => {
  const story = incident().at('2m', 'resolve', { summary: 'rolled back' });
  expect(story.state.deadlines['response']!.status).toBe('met');
  expect(story.state.deadlines['phase.review']!.dueAt).toBe(story.now + 48 * 60 * minute);
  expect(story.state.deadlines['phase.assessment']!.status).toBe('pending');
  story.until('15m');
  expect(story.state.deadlines['phase.assessment']!.status).toBe('pending');
});

test('reopen begins a fresh response round and withdraws the review deadline; resolving again brings it back', () => {
  const story = incident()
    .at('1m', 'acknowledge', {})
    .at('30m', 'resolve', {})
    .at('60m', 'reopen', { reason: 'again' });
  expect(story.state.deadlines['response']).toMatchObject({ round: 2, dueAt: t0 + 65 * minute });
  expect(story.state.deadlines['phase.review']!.status).toBe('cancelled');
  expect(story.pages()).toContain('60m fatima');
  story.at('70m', 'resolve', {});
  expect(story.state.deadlines['phase.review']).toMatchObject({
    status: 'pending',
    round: 2,
    dueAt: t0 + 70 * minute + 48 * 60 * minute,
  });
});

test('close refuses while required items are open, unless they are skipped with a reason that is kept', () => {
  const story = incident().at('1m', 'acknowledge', {});
  expect(refusal(story.ask('close', {}))?.reason).toBe('not-resolved');
  story.at('5m', 'resolve', {});
  expect(refusal(story.ask('close', {}))).toMatchObject({
    reason: 'items-open',
    openItems: ['dashboards-checked', 'report-completed'],
  });
  story.at('7m', 'close', { skipRest: 'false alarm' });
  expect(story.state.lifecycle.status).toBe('closed');
  expect(item(story, 'report-completed')).toMatchObject({ status: 'skipped', note: 'false alarm' });
  const sent = story.sent.length;
  story.until('1000h');
  expect(story.sent).toHaveLength(sent);
  expect(refusal(story.ask('comment', { text: 'x' }))?.reason).toBe('closed');
});

test('closing with the rest skipped completes every phase, before it is closed', () => {
  const story = incident().at('1m', 'acknowledge', {}).at('5m', 'resolve', {}).at('7m', 'close', { skipRest: 'drill' });
  expect(viewOf(story.state).phases.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
  expect(story.state.timeline.at(-1)).toMatchObject({ type: 'closed' });
});

test('resolving answers a response still owed: the timeline says so, and how late', () => {
  const story = incident().at('6m', 'resolve', {});
  expect(story.state.timeline).toContainEqual(
    expect.objectContaining({ type: 'deadline-met', deadline: 'response', late: minute }),
  );
});

test('services are recorded once each, however often they were named', () => {
  expect(incident().at('1m', 'record-impact', { services: ['web', 'web'] }).state.services).toEqual([
    'payments',
    'web',
  ]);
});

test('refused signals cannot make a process grow beyond its limit', () => {
  let { state } = incident();
  const refusal = { kind: 'refused' as const, reason: 'x', message: 'y'.repeat(300) };
  for (let time = 0; time < 2000; time++) state = recordRefusal(state, 'comment', refusal, t0 + time);
  expect(JSON.stringify(state).length).toBeLessThan(stateLimit + 1000);
});

test('escalate pages the next rung now; that rung still fires at its time', () => {
  const story = incident().at('1m', 'escalate', { reason: 'need help' });
  expect(story.pages()).toEqual(['0m fatima', '1m giorgos']);
  expect(story.until('3m').pages()).toEqual(['0m fatima', '1m giorgos', '3m giorgos']);
  expect(
    story
      .at('4m', 'escalate', { reason: 'x', to: ['cto'] })
      .pages()
      .at(-1),
  ).toBe('4m bruno');
});

test('an escalation whose people are found only after the end pages nobody', () => {
  const story = incident();
  story.ask('escalate', { reason: 'need help', to: ['cto'] });
  story.ask('cancel', { reason: 'false alarm' });
  story.activate();
  expect(story.pages()).toEqual(['0m fatima']);
});

test('a jump past a status sets the anchors skipped', () => {
  const story = incident().at('10m', 'set-status', { status: 'monitoring' });
  expect(story.state.anchors).toMatchObject({ identified: t0 + 10 * minute, monitoring: t0 + 10 * minute });
});

test('merge silences the source; the target takes the worse severity, services and links, once', () => {
  const source = incident({ severity: 'P0', services: ['payments', 'web'] })
    .at('1m', 'acknowledge', {}, 'giorgos')
    .at('1m', 'link', { to: 'https://t/1', relation: 'ticket' });
  const before = source.state.nextEffectId;
  const answer = source.ask('merge', { into: 'INC-2026-12-07-002' });
  expect(answer.ok).toBe(true);
  const effect = source.state.outbox.find(({ id }) => id >= before)!;
  if (effect.type !== 'absorb') throw new Error('no absorb');
  const target = incident({ severity: 'P2' });
  target.state = absorb(absorb(target.state, effect.request, target.now), effect.request, target.now);
  expect(target.state).toMatchObject({
    severity: 'P0',
    services: ['payments', 'web'],
    roles: { commander: 'giorgos' },
    links: [{ to: 'INC-2026-12-07-001', relation: 'duplicate-of' }, { to: 'https://t/1' }],
  });
  expect(target.state.facts).toEqual(expect.arrayContaining(['linked duplicate-of', 'linked ticket']));
  expect(target.state.timeline.filter(({ type }) => type === 'absorbed')).toHaveLength(1);
  expect(Object.values(source.state.deadlines).some(({ status }) => status === 'pending' || status === 'missed')).toBe(
    false,
  );
});

test('a merge moves every link, also one that the target has under another relation', () => {
  const source = incident().at('1m', 'link', { to: 'https://t/1', relation: 'ticket' });
  source.ask('merge', { into: 'INC-2026-12-07-002' });
  const effect = source.state.outbox.at(-1)!;
  if (effect.type !== 'absorb') throw new Error('no absorb');
  const target = incident().at('1m', 'link', { to: 'https://t/1', relation: 'other' });
  target.state = absorb(target.state, effect.request, target.now);
  expect(target.state.links).toMatchObject([
    { relation: 'other' },
    { to: 'INC-2026-12-07-001', relation: 'duplicate-of' },
    { to: 'https://t/1', relation: 'ticket' },
  ]);
});

test('unknown items and deadlines are named with what comes close; nothing is half done', () => {
  const story = incident();
  const before = JSON.stringify(story.state);
  expect(refusal(story.ask('complete-items', { items: ['dashboards-checked', 'dashboard-checked'] }))).toMatchObject({
    kind: 'invalid',
    errors: [{ path: 'items[1]', message: expect.stringContaining('did you mean dashboards-checked') as unknown }],
  });
  expect(
    refusal(story.ask('snooze', { deadline: '__proto__', until: '2026-12-07T09:00:00Z', reason: 'x' }))?.kind,
  ).toBe('invalid');
  expect(JSON.stringify(story.state)).toBe(before);
});

test('If-Match: a stale revision is refused', () => {
  const story = incident();
  const { revision } = story.state;
  expect(story.ask('comment', { text: 'a' }, 'ana', { ifRevision: revision }).ok).toBe(true);
  expect(refusal(story.ask('comment', { text: 'b' }, 'ana', { ifRevision: revision }))?.kind).toBe('stale');
});

test('a state at its limit refuses what would grow it, never acknowledge, resolve or close', () => {
  const story = incident();
  const text = 'x'.repeat(4096);
  while (story.ask('comment', { text }).ok);
  expect(JSON.stringify(story.state).length).toBeLessThanOrEqual(stateLimit);
  expect(refusal(story.ask('comment', { text }))?.reason).toBe('state-limit');
  expect(story.ask('acknowledge', {}).ok).toBe(true);
  expect(story.state.deadlines['response']!.status).toBe('met');
  const full = JSON.stringify(story.state).length;
  for (let time = 0; time < 20; time++) expect(story.ask('acknowledge', { note: text }).ok).toBe(true);
  expect(JSON.stringify(story.state).length).toBe(full);
  expect(story.ask('resolve', {}).ok).toBe(true);
  expect(story.ask('close', { skipRest: 'done' }).ok).toBe(true);
});

/** An incident whose state has no room for another long text. */
function fullIncident(): Story {
  const story = incident({ severity: 'P2' }).at('1m', 'acknowledge', {}, 'giorgos');
  story.ask('hand-off', { to: 'hana' }, 'giorgos');
  const text = 'x'.repeat(4000);
  while (story.ask('comment', { text }).ok);
  while (story.ask('comment', { text: 'x'.repeat(90) }).ok);
  return story;
}

test('at the limit, the summaries of further resolves are not kept', () => {
  const story = fullIncident();
  expect(story.ask('resolve', { summary: 'rolled back' }).ok).toBe(true);
  const full = JSON.stringify(story.state).length;
  for (let time = 0; time < 20; time++) expect(story.ask('resolve', { summary: 'y'.repeat(4000) }).ok).toBe(true);
  expect(JSON.stringify(story.state).length).toBe(full);
});

test('at the limit, an acknowledgement still accepts a hand-off', () => {
  const story = fullIncident();
  expect(story.ask('acknowledge', {}, 'hana').ok).toBe(true);
  expect(story.state.roles['commander']).toBe('hana');
});

test('an answer stays under 1 KB', () => {
  const story = incident();
  const answer = story.ask('post-update', { text: 'y'.repeat(4000) });
  expect(JSON.stringify(answer.ok && answer.answer).length).toBeLessThan(1024);
});

test('a drill uses the drill channels only and says so', () => {
  const story = incident({ drill: true }).until('10m');
  expect(new Set(story.sent.map(({ request }) => request.channel))).toEqual(new Set(['drill-room']));
  expect(story.sent.every(({ request }) => saidIn(request).startsWith('DRILL') && request.process.drill)).toBe(true);
});

test('the report has the form of the template, whatever people typed', () => {
  const story = incident({ title: 'Checkout\tdown', usersAffected: '1,200' })
    .at('2m', 'acknowledge', {})
    .at('30m', 'resolve', {});
  story.at('31m', 'write-review', {
    rootCause: 'bad deploy',
    resolution: 'rolled back',
    wentWell: ['fast'],
    couldImprove: ['# not a heading\n## neither'],
  });
  story.at('32m', 'add-action-item', { title: 'Alert on errors', owner: 'cto', dueAt: '2026-12-20T10:00:00Z' });
  const text = reportMarkdown(reportOf(viewOf(story.state), timelineOf(story.state)));
  expect(text.split('\n').filter((line) => line.startsWith('#'))).toEqual([
    '# Post-Incident Report: Checkout\tdown',
    '## Summary',
    '## Timeline',
    '## Root Cause',
    '## Resolution',
    '## Lessons Learned',
    '### What Went Well',
    '### What Could Be Improved',
    '## Action Items',
  ]);
  expect(text).toContain('- **Duration**: 2026-12-07 08:00 - 2026-12-07 08:30 (30m)');
  expect(text).toContain('- [ ] Alert on errors - cto - 2026-12-20');
  expect(text).toContain('## Root Cause\nbad deploy');
});

test('what people typed into the review cannot begin or swallow a section of the report', () => {
  const story = incident().at('2m', 'acknowledge', {}).at('30m', 'resolve', {});
  story.at('31m', 'write-review', {
    rootCause: '# Resolution\nnone\n===\n<!-- hidden\n- a list\n```sh\n# a comment in code',
    resolution: '~~~\n```\n~~~\nrolled back',
  });
  const text = reportMarkdown(reportOf(viewOf(story.state), timelineOf(story.state)));
  expect(text).toContain(
    '## Root Cause\n\\# Resolution\nnone\n\\===\n\\<!-- hidden\n- a list\n```sh\n# a comment in code\n```\n\n## Resolution\n',
  );
  expect(text).toContain('## Resolution\n~~~\n```\n~~~\nrolled back\n\n## Lessons Learned\n');
});
