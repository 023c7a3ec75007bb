/**
 * What the field's pagers promise, as far as it concerns escalation, acknowledgement and notifiers;
 * each case names where it comes from: tests of GoAlert (Test...), Grafana OnCall (test_...),
 * Alertmanager, and gitlab-org/gitlab#323139 ("nine rules"). The cases of schedules and overrides
 * stand in rota.test.ts, those of one attempt over a channel in test/activities, those of several
 * attempts in test/workflows/patience.test.ts.
 *
 * Cases that Muster has no counterpart of, and why:
 * - TestMultiAckOtherUsersStillNotified: there are no steps that each has to acknowledge; the first
 *   answer keeps the promise (AckerNotNotified below).
 * - TestTwilioSMSReplyLast: nobody answers with a bare word; every link and button names its
 *   incident.
 * - TestDeleteEscalationPolicy: a policy is a file, gone with the next start; what runs has its
 *   copy (test_change_escalation_snapshot below).
 * - TestRotation_Monthly: a turn is hours, days or weeks, such as 4w; a month is refused
 *   (test/config/on-call.test.ts).
 * - TestDataEncKeyRotation: Muster encrypts nothing of its own; what it signs with is rotated in
 *   test/activities/webhook.test.ts.
 * - test_escalation_step_notify_if_num_alerts_in_window: incidents are declared, alerts are not
 *   counted.
 * - TestServiceMaintenanceAlert, ...Escalate: a service has no maintenance windows; a drill pages
 *   nobody in earnest.
 * - unacknowledge_timeout_task: an acknowledgement does not wear off; whoever has it owes updates,
 *   and a missed one climbs (T10).
 */
import {
  accept,
  completeEffect,
  resolveRecipients,
  settle,
  start,
  stateLimit,
  viewOf,
  type Directory,
  type Policy,
  type RungPolicy,
} from '../../src/domain';
import { incidentPolicy, t0 } from '../support/policy';
import { actorOf, directory, incident, type Story } from '../support/story';

const pages = (story: Story) => story.pages();
const reach = (person: string, ...channels: string[]): Directory => ({
  ...directory,
  people: { ...directory.people, [person]: { ...directory.people[person]!, reach: channels } },
});
/** Only the response ladder, so that no other deadline pages. */
const onlyResponse = (rungs: readonly RungPolicy[] = incidentPolicy.ladders.response!): Policy => ({
  ...incidentPolicy,
  phases: [],
  ladders: { response: rungs },
});

describe('timing', () => {
  test('GoAlert TestEscalation, OnCall test_escalation_step_wait: the second step comes at its delay, and not before', () => {
    const story = incident({}, onlyResponse());
    expect(pages(story.until('2m59s'))).toEqual(['0m fatima']);
    expect(pages(story.until('3m'))).toEqual(['0m fatima', '3m giorgos']);
  });

  test('GoAlert TestEscalationGap: a step that reaches nobody costs no time: the next is told at once', () => {
    const { giorgos: _gone, ...rest } = directory.people;
    const story = incident({}, onlyResponse());
    story.directory = { ...directory, people: rest };
    expect(pages(story.until('3m'))).toEqual(['0m fatima', '3m hana', '3m ana', '3m bruno', '3m chiara']);
  });

  test('GoAlert TestMultiStepNotifications: the ways of a person are tried in their order, each once', () => {
    const story = incident({}, onlyResponse());
    story.directory = reach('giorgos', 'mail', 'chat', 'inbox');
    story.broken.add('mail');
    story.until('3m');
    expect(story.tried.filter((key) => key.includes('/giorgos/')).map((key) => key.split('/').at(-1))).toEqual([
      'mail',
      'chat',
    ]);
  });

  test('GoAlert TestEscalationNotification: who is on two steps at once is told once', () => {
    const both: Directory = {
      ...directory,
      teams: { platform: { ...directory.teams['platform']!, 'escalation-manager': 'ana' } },
    };
    const story = incident({}, onlyResponse());
    story.directory = both; // ana is ceo, so the third rung means her twice
    expect(pages(story.until('5m')).filter((line) => line === '5m ana')).toHaveLength(1);
  });

  test('OnCall test_repeat_escalation_n_times: repeats are counted, and end', () => {
    const story = incident({}, onlyResponse()).until('3h');
    const repeated = story.sent
      .filter(({ request }) => request.recipient === 'fatima')
      .map(({ request }) => request.rung);
    expect(repeated).toEqual(['1', '4', '4+1', '4+2', '4+3', '4+4', '4+5']);
    expect(story.types().filter((type) => type === 'exhausted')).toHaveLength(1);
  });

  test('OnCall test_escalation_step_notify_if_time: a step for working hours pages within them; outside it waits for the next', () => {
    const step = incidentPolicy.ladders.response![0]!;
    const during = { during: 'working-hours' } as const;
    const story = incident(
      {},
      onlyResponse([
        { ...step, ...during },
        { ...step, ...during, at: { n: 9 * 3_600_000, unit: 'ms' } },
      ]),
    );
    const told = story.until('24h').messages();
    expect(told.filter((line) => line.includes('fatima'))).toEqual(['0m page fatima', '1380m page fatima']);
  });
});

describe('a late engine', () => {
  test('GoAlert TestDedupNotifications: down past two steps of the same person, one message comes, marked late', () => {
    const story = incident({}, onlyResponse());
    story.directory = { ...directory, teams: { platform: { ...directory.teams['platform']!, secondary: 'fatima' } } };
    story.away = true;
    story.until('11m').back();
    const late = story.sent.filter(({ at, request }) => request.recipient === 'fatima' && story.clock(at) === '11m');
    expect(late).toHaveLength(1);
    expect(late[0]!.request.late).toBeGreaterThan(0);
  });

  test('GoAlert TestOnCallNotifyTOD: a jump of a day is one message per person and channel', () => {
    const story = incident({}, onlyResponse());
    story.away = true;
    story.until('24h').back();
    const told = story.sent.filter(({ at }) => story.clock(at) === '1440m').map(({ request }) => request.recipient);
    expect(told.length).toBe(new Set(told).size);
  });

  test('gitlab#323139: older alerts are not backfilled: rungs missed together are one notification', () => {
    const story = incident({}, onlyResponse());
    story.away = true;
    story.until('40m').back();
    const keys = story.sent.filter(({ at }) => story.clock(at) === '40m').map(({ request }) => request.recipient);
    expect(keys.length).toBe(new Set(keys).size);
  });
});

describe('acknowledge and close', () => {
  test('GoAlert TestMultiAck/AckerNotNotified: an acknowledgement stops the ladder for everybody', () => {
    const story = incident({}, onlyResponse()).at('2m', 'acknowledge', {});
    expect(pages(story.until('3h'))).toEqual(['0m fatima']);
  });

  test('GoAlert TestMultiAck/SecondAckRecorded: a second one is on record and changes nothing', () => {
    const story = incident({}, onlyResponse()).at('1m', 'acknowledge', {}).at('2m', 'acknowledge', {}, 'giorgos');
    expect(story.types().filter((type) => type === 'acknowledged')).toHaveLength(2);
    expect(story.state.kind === 'incident' && story.state.acknowledgedBy).toBe('fatima');
  });

  test('GoAlert TestMultiAck/EscalationAfterAck, gitlab#323139: an old acknowledgement does not mute a new round, which starts from the top', () => {
    const story = incident({}, onlyResponse())
      .at('1m', 'acknowledge', {})
      .at('5m', 'resolve', {})
      .at('10m', 'reopen', { reason: 'again' });
    expect(pages(story.until('13m'))).toEqual(['0m fatima', '10m fatima', '13m giorgos']);
  });

  test('GoAlert TestMultiAck/CloseStillCancels: what is over pages nobody', () => {
    const story = incident({}, onlyResponse()).at('2m', 'cancel', { reason: 'false alarm' });
    expect(pages(story.until('3h'))).toEqual(['0m fatima']);
  });

  test('GoAlert TestManualEscalation: somebody escalates by hand, and the next step still comes at its time', () => {
    const story = incident({}, onlyResponse()).at('1m', 'escalate', { reason: 'needed' });
    expect(pages(story.until('3m'))).toEqual(['0m fatima', '1m giorgos', '3m giorgos']);
  });

  test('Alertmanager TestStatusUpdatesCancel: a page that still waits for its turn is not sent after the acknowledgement', () => {
    const story = incident({}, onlyResponse());
    story.away = true;
    story.until('4m');
    story.ask('acknowledge', {});
    story.back();
    expect(pages(story)).toEqual(['0m fatima']);
  });
});

describe('edits meanwhile', () => {
  test('OnCall test_change_escalation_snapshot, gitlab#323139: a policy edit does not touch what runs', () => {
    const policy = onlyResponse();
    const untouched = pages(incident({}, policy).until('1h'));
    const story = incident({}, policy).until('1m');
    const edited: Policy = { ...policy, ladders: { response: policy.ladders.response!.slice(0, 1) } };
    expect(pages(incident({}, edited).until('1h'))).toEqual(['0m fatima']);
    expect(pages(story.until('1h'))).toEqual(untouched);
    expect(untouched.length).toBeGreaterThan(1);
  });

  test('OnCall test_escalation_snapshot_with_deleted_user, GoAlert TestMissingUser: a person who is gone does not stop the others', () => {
    const story = incident({}, onlyResponse());
    const { bruno: _gone, ...rest } = directory.people;
    story.directory = { ...directory, people: rest };
    expect(pages(story.until('5m')).filter((line) => line.startsWith('5m'))).toEqual([
      '5m hana',
      '5m ana',
      '5m chiara',
    ]);
  });

  test('GoAlert TestPolicyReassignment: a service is given to another team: the next step is told to that one, the former hears no more', () => {
    const story = incident({}, onlyResponse()).until('1m');
    story.directory = {
      ...directory,
      teams: { ...directory.teams, web: { primary: 'mateo', secondary: 'ingrid', 'escalation-manager': 'jonas' } },
      services: { payments: { team: 'web' } },
    };
    expect(pages(story.until('5m'))).toEqual([
      '0m fatima',
      '3m ingrid',
      ...['jonas', 'ana', 'bruno', 'chiara'].map((person) => `5m ${person}`),
    ]);
  });

  test('GoAlert TestPostCycleRules: a way to a person that is added when the ladder is through is used at the next repeat, not at once', () => {
    const story = incident({}, onlyResponse()).until('12m');
    story.directory = reach('fatima', 'chat', 'inbox');
    story.until('16m');
    const told = story.sent.filter(({ request }) => request.recipient === 'fatima');
    expect(told.map(({ at, request }) => `${story.clock(at)} ${request.channel}`)).toEqual([
      '0m inbox',
      '10m inbox',
      '15m chat',
    ]);
  });

  test('GoAlert TestCMTestDisable: a channel that is taken away between firing and sending is not used; the next way is', () => {
    const story = incident({}, onlyResponse());
    story.directory = reach('giorgos', 'gone', 'inbox');
    story.broken.add('gone');
    expect(pages(story.until('3m'))).toEqual(['0m fatima', '3m giorgos']);
  });
});

describe('notifiers', () => {
  test("GoAlert TestTwilioSMSFailure: a provider's refusal is not tried again", () => {
    const story = incident({}, onlyResponse());
    story.directory = reach('giorgos', 'sms');
    story.broken.add('sms');
    story.until('4m');
    expect(story.tried.filter((key) => key.endsWith('/giorgos/sms'))).toHaveLength(1);
  });

  test('a page that fails over every channel goes to the next rung at once, and the timeline says so', () => {
    const story = incident({}, onlyResponse());
    story.directory = reach('giorgos', 'sms');
    story.broken.add('sms');
    story.until('3m');
    expect(pages(story).filter((line) => line.startsWith('3m'))).toEqual([
      '3m hana',
      '3m ana',
      '3m bruno',
      '3m chiara',
    ]);
    expect(story.text()).toMatch(/Fallthrough: rung 2 of response reached nobody \(every way to giorgos failed: 404\)/);
  });

  test('the view shows a page that is still being tried: its channel, and since when', () => {
    const begun = start({
      kind: 'incident',
      id: 'INC-2026-12-07-001',
      at: t0,
      actor: actorOf('emeka'),
      policy: onlyResponse(),
      body: { title: 'Down', severity: 'P0', services: ['payments'] },
    });
    let state = settle(begun, t0);
    const look = state.outbox.find(({ type }) => type === 'resolve')!;
    const result = look.type === 'resolve' && resolveRecipients(look.request, directory, t0);
    state = completeEffect(state, look.id, { type: 'resolve', result: result || { rungs: [] } }, t0 + 5);
    const told = () => viewOf(state).deadlines.find(({ id }) => id === 'response')!.told;
    expect(told()).toEqual([
      { recipient: 'fatima', kind: 'page', at: '2026-12-07T08:00:00.000Z', channel: 'inbox', underWay: true },
    ]);
    const page = state.outbox.find((effect) => effect.type === 'send' && effect.request.kind === 'page')!;
    state = completeEffect(state, page.id, { type: 'send', result: { status: 'delivered', at: t0 + 9 } }, t0 + 9);
    expect(told()).toEqual([{ recipient: 'fatima', kind: 'page', at: '2026-12-07T08:00:00.009Z', channel: 'inbox' }]);
  });

  test('GoAlert TestManyAlerts: hundreds of people on one rung, still being paged, are no reason to refuse what somebody says', () => {
    const begun = start({
      kind: 'incident',
      id: 'INC-2026-12-07-001',
      at: t0,
      actor: actorOf('emeka'),
      policy: onlyResponse(),
      body: { title: 'Down', severity: 'P0', services: ['payments'], description: 'd'.repeat(2000) },
    });
    let state = settle(begun, t0);
    const look = state.outbox.find(({ type }) => type === 'resolve')!;
    const people = Array.from({ length: 400 }, (_, index) => ({ person: `p${index}`, name: 'P', reach: ['inbox'] }));
    state = completeEffect(state, look.id, { type: 'resolve', result: { rungs: [{ people }] } }, t0 + 5);
    expect(JSON.stringify(state).length).toBeGreaterThan(stateLimit);
    expect(accept(state, { name: 'comment', body: { text: 'seen' }, actor: actorOf('emeka') }, t0 + 6).ok).toBe(true);
  });

  test('gitlab#323139: one page per rule and alert: no key is used for two messages', () => {
    const story = incident({}).until('6h');
    expect(story.tried.length).toBe(new Set(story.tried).size);
  });
});
