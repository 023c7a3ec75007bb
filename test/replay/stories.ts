/**
 * The stories whose histories are kept. Together they take every kind of turn in the workflow code.
 */
import { keptApart } from '../../src/api/temporal/apart';
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { createAccessStore } from '../../src/api/temporal/access';
import { createOverrides } from '../../src/api/temporal/overrides';
import { allocatorIdOf } from '../../src/workflows/id-allocator';
import { present } from '../support/clock';
import type { AlertReport, KnownAlert, RuledAlert } from '../../src/domain';
import { fastForward } from '../support/fast-forward';
import { alertOf, Incidents, minute, openDesk, pageOf, until } from '../workflows/intake-desk';
import { openChangeLog, saidOf } from '../workflows/change-desk';
import { openTroubleLog, troubleOf } from '../workflows/trouble-desk';
import type { Bench } from '../workflows/live';
import { followingLike, pageRequest } from '../support/messages';
import { alwaysOpen, incidentPolicy, releasePolicy } from '../support/policy';
import { iso } from '../workflows/times';

const inDays = (days: number) => iso(present() + days * 86_400_000);
const openIncident = {
  id: 'INC-2026-12-07-001',
  open: true,
  severity: 'P1',
  levels: ['P0', 'P1', 'P2', 'P3'],
  services: ['payments'],
  drill: false,
  since: Date.parse('2026-12-07T08:00:00Z'),
};
const channelTest = { send: pageRequest, close: followingLike().request };

/** By file name; each returns the id of the workflow. The history of its last run is kept. */
export const stories: Record<string, (bench: Bench) => Promise<string>> = {
  'incident-nobody-answers': async (bench) => {
    const incident = await bench.incident();
    await incident.until('41m');
    return incident.id;
  },
  'incident-worked-on-and-closed': async (bench) => {
    const incident = await bench.incident({ severity: 'P1' });
    await incident.at('2m', 'acknowledge', { note: 'mine' });
    await incident.ask('assign-role', { role: 'commander', person: 'emeka' });
    await incident.at('4m', 'set-severity', { severity: 'P0', reason: 'all users' });
    await incident.ask('complete-items', { items: ['dashboards-checked'] });
    await incident.at('9m', 'post-update', { text: 'failing over' });
    await incident.at('12m', 'hand-off', { to: 'giorgos', note: 'shift ends' });
    await incident.at('14m', 'acknowledge', {}, 'giorgos');
    await incident.at('30m', 'resolve', {});
    await incident.at('1h', 'close', { skipRest: 'a story' });
    await incident.handle.result();
    return incident.id;
  },
  'incident-closed-with-an-action-item': async (bench) => {
    const incident = await bench.incident();
    await incident.at('2m', 'acknowledge', {});
    await incident.ask('record-impact', { addServices: ['search'], removeServices: ['payments'] });
    await incident.ask('set-title', { title: 'Nobody can search' });
    await incident.ask('add-action-item', { title: 'Alert on it', owner: 'emeka', dueAt: inDays(1) });
    await incident.at('30m', 'resolve', {});
    await incident.at('1h', 'close', { skipRest: 'a story' });
    await incident.until('72h');
    await incident.ask('drop-action-item', { actionItem: '1', reason: 'the queue is gone' });
    await incident.handle.result();
    return incident.id;
  },
  // As the API gives commands (src/api/temporal/apart.ts).
  'incident-answered-after-a-restart': async (bench) => {
    const incident = await bench.incident();
    await incident.eventually(async () => (await incident.deliveries()).length === 2);
    await bench.harness.restart();
    await keptApart(incident.handle, () => incident.ask('acknowledge', {}));
    await keptApart(incident.handle, () => incident.ask('comment', { text: 'on it' }));
    await incident.until('20m');
    return incident.id;
  },
  'incident-handed-over': async (bench) => {
    const incident = await bench.incident({}, { run: { continueAfterEvents: 25 } });
    await incident.until('16m');
    return incident.id;
  },
  'incident-with-signals-and-refusals': async (bench) => {
    const incident = await bench.incident();
    await incident.signal('acknowledge', {});
    await incident.signal('acknowledge', { colour: 'red' });
    await incident.handle.signal('aknowledge', 7);
    await incident.ask('reopen', { reason: 'no' }).catch(() => undefined);
    await incident.until('20m');
    return incident.id;
  },
  'incident-with-failing-channel': async (bench) => {
    const works = bench.channel;
    bench.channel = (request) =>
      request.recipient === 'fatima' ? Promise.resolve({ status: 'failed', because: '410' }) : works(request);
    const incident = await bench.incident();
    await incident.until('6m');
    bench.channel = works;
    return incident.id;
  },
  'incident-whose-page-meets-deaths': async (bench) => {
    const works = bench.channel;
    let deaths = 0;
    bench.dies = ({ kind, recipient }) => kind === 'page' && recipient === 'fatima' && (deaths += 1) <= 3;
    bench.channel = (request) =>
      request.recipient === 'giorgos' ? Promise.reject(new Error('answered 503')) : works(request);
    const incident = await bench.incident();
    await incident.until('6m');
    bench.channel = works;
    bench.dies = () => false;
    return incident.id;
  },
  'incident-whose-page-is-called-off': async (bench) => {
    const works = bench.channel;
    bench.channel = (request) =>
      request.recipient === 'fatima' ? Promise.reject(new Error('answered 503')) : works(request);
    const incident = await bench.incident();
    await incident.at('5s', 'acknowledge', {});
    await incident.at('20m', 'resolve', {});
    await incident.until('1h');
    await incident.at('1h', 'reopen', { reason: 'it is back' });
    await incident.until('70m');
    bench.channel = works;
    return incident.id;
  },
  'incident-that-changes-hands': async (bench) => {
    const works = bench.channel;
    bench.channel = (request) =>
      request.recipient === 'bruno'
        ? Promise.resolve({ status: 'failed' as const, because: 'no such box' })
        : works(request);
    const incident = await bench.incident({ severity: 'P2' });
    await incident.at('2m', 'acknowledge', {}, 'giorgos');
    await incident.at('10m', 'set-severity', { severity: 'P0', reason: 'all users' }, 'fatima');
    await incident.at('11m', 'escalate', { reason: 'we need you', to: ['bruno'] }, 'giorgos');
    await incident.at('12m', 'hand-off', { to: 'hana' }, 'giorgos');
    await incident.until('15m');
    await incident.at('16m', 'hand-off', { to: 'hana' }, 'giorgos');
    await incident.at('17m', 'acknowledge', {}, 'hana');
    await incident.at('18m', 'assign-role', { role: 'technical-lead', person: 'fatima' }, 'hana');
    await incident.at('20m', 'resolve', { summary: 'rolled back' }, 'hana');
    await incident.at('21m', 'cancel', { reason: 'a story' }, 'hana');
    await incident.handle.result();
    bench.channel = works;
    return incident.id;
  },
  'incident-followed-by-tools': async (bench) => {
    const policy = {
      ...incidentPolicy,
      followers: [
        {
          channel: 'chat',
          incidents: ['P0', 'P1'] as const,
          releases: false,
          on: ['declared', 'acknowledged', 'update-posted', 'resolved', 'closed'] as const,
          establishes: 'channel-created',
        },
      ],
      announcements: [{ on: 'declared' as const, to: ['leadership'] }],
      conference: { url: 'https://meet.example/{id}', severities: ['P0'] as const },
    };
    const incident = await bench.incident({ labels: ['security'], customerFacing: true }, { policy });
    await incident.at('1m', 'acknowledge', {});
    await incident.at('4m', 'post-update', { text: 'failing over' });
    await incident.at('9m', 'resolve', {});
    await incident.at('20m', 'close', { skipRest: 'a story' });
    await incident.handle.result();
    return incident.id;
  },
  'incident-over-a-pager': async (bench) => {
    const everything = { incidents: ['P0', 'P1', 'P2', 'P3'] as const, releases: true, on: [] };
    const policy = { ...incidentPolicy, followers: [{ channel: 'inbox', alerts: true as const, ...everything }] };
    const incident = await bench.incident({}, { policy });
    await incident.at('4m', 'acknowledge', {});
    await incident.at('6m', 'hand-off', { to: 'giorgos' });
    await incident.at('12m', 'acknowledge', {});
    await incident.until('45m');
    await incident.at('46m', 'post-update', { text: 'failing over' });
    await incident.at('50m', 'resolve', {});
    await incident.at('52m', 'close', { skipRest: 'a story' });
    await incident.handle.result();
    return incident.id;
  },
  'drill-ends-by-itself': async (bench) => {
    const drill = await bench.incident({ drill: true, drillFor: '12m' });
    await drill.at('4m', 'acknowledge', {});
    await drill.until('13m');
    await drill.handle.result();
    return drill.id;
  },
  'drill-closes-after-it-was-resolved': async (bench) => {
    const drill = await bench.incident({ drill: true, drillFor: '2h' });
    await drill.at('5m', 'resolve', {});
    await drill.until('21m');
    await drill.handle.result();
    return drill.id;
  },
  'channel-test': async (bench) => {
    const { send, close } = channelTest;
    const workflowId = `TEST-${randomUUID()}`;
    const request = { send: { ...send, process: { ...send.process, id: workflowId } }, close };
    await bench.harness.env.client.workflow.execute('channelTest', {
      workflowId,
      taskQueue: bench.harness.taskQueue,
      args: [request],
    });
    return workflowId;
  },
  'incident-merged': async (bench) => {
    const stays = await bench.incident();
    const goes = await bench.incident();
    await goes.ask('merge', { into: stays.id });
    await goes.handle.result();
    return goes.id;
  },
  'release-rescheduled': async (bench) => {
    const release = await bench.release(inDays(21));
    await release.at('3d', 'reschedule', { targetAt: inDays(28), reason: 'freeze' }, 'jonas');
    await release.until('25d');
    return release.id;
  },
  'release-rolled-back': async (bench) => {
    const release = await bench.release(inDays(2));
    await release.ask('roll-back', { reason: 'error rate', declare: 'P1' }, 'jonas');
    await release.handle.result();
    return release.id;
  },
  'release-closed-by-an-incident': async (bench) => {
    const release = await bench.release(
      inDays(2),
      {},
      { policy: { ...releasePolicy, calendar: alwaysOpen, incidentsCloseGates: {} } },
    );
    const closedBy = async () => ((await release.view()).closedBy ?? []).length;
    bench.neighbours.findIncidents = () => Promise.resolve({ incidents: [openIncident], unanswered: [] });
    await release.handle.signal('look', openIncident.id);
    await until(async () => (await closedBy()) === 1);
    // The second look, and the first of those that follow each other while it lasts.
    await release.until('10m');
    bench.neighbours.findIncidents = () => Promise.resolve({ incidents: [], unanswered: [] });
    await release.handle.executeUpdate('look');
    await until(async () => (await closedBy()) === 0);
    await release.ask('decide', { gate: 'go-no-go', decision: 'override', note: 'it is the fix' }, 'chiara');
    return release.id;
  },
  'release-that-tells-of-itself': async (bench) => {
    bench.deployments = { ...bench.deployments, tellChange: () => Promise.resolve() };
    const release = await bench.release(inDays(2), {}, { tellsChanges: true });
    await release.ask('start-deployment', { override: 'a story', early: 'a story' }, 'chiara');
    await release.ask('mark-deployed', {}, 'jonas');
    await release.ask('roll-back', { reason: 'error rate' }, 'jonas');
    await release.handle.result();
    return release.id;
  },
  'incident-that-closes-gates': async (bench) => {
    const incident = await bench.incident({ severity: 'P1' });
    const said = { incident: incident.id, release: 'REL-2026-12-07-001', gates: ['go-no-go'] };
    await incident.handle.signal('gates', { ...said, of: 4, gatesAre: 'closed' });
    await incident.ask('acknowledge', {});
    await incident.ask('resolve', { summary: 'over' });
    await incident.handle.signal('gates', { ...said, of: 7, gatesAre: 'open' });
    await incident.ask('reopen', { reason: 'it is not' });
    await incident.ask('cancel', { reason: 'it was a test' });
    await incident.handle.result();
    return incident.id;
  },
  'change-log': async (bench) => {
    const { workflowId, handle, store, settled } = await openChangeLog(bench, { continueAfterEvents: 30 });
    for (let index = 0; index < 6; index += 1) {
      await store.take(saidOf(`${index}`, index % 2 === 0 ? ['REL-2026-12-01-001'] : []));
      await store.take(saidOf(`${index}`));
    }
    await settled();
    await handle.signal('said', 7);
    await store.tell({ do: 'withdraw', release: 'REL-2026-12-01-001' });
    await store.tell({ do: 'end', release: 'REL-2026-12-01-002' });
    await settled();
    return workflowId;
  },
  'trouble-log': async (bench) => {
    const { workflowId, handle, store, log } = await openTroubleLog(bench, { continueAfterEvents: 20 });
    await store.take([troubleOf('INC-2026-12-07-001')]);
    await until(async () => (await log()).told.length === 1);
    for (let times = 0; times < 6; times += 1) await store.take([troubleOf('INC-2026-12-07-001')]);
    await handle.signal('found', 7);
    await store.take([troubleOf('INC-2026-12-07-002', { what: 'stands-still' })]);
    await fastForward(bench.harness.env, workflowId, 11 * minute);
    await until(async () => (await log()).told.length === 2);
    return workflowId;
  },
  'id-allocator': async (bench) => {
    const workflowId = allocatorIdOf(present());
    for (const key of ['a', 'b', 'a']) {
      const startWorkflowOperation = new WithStartWorkflowOperation('idAllocator', {
        workflowId,
        taskQueue: bench.harness.taskQueue,
        args: [],
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
      await bench.harness.env.client.workflow.executeUpdateWithStart('allocate', {
        args: [{ kind: 'incident', key, fingerprint: 'f' }],
        startWorkflowOperation,
      });
    }
    return workflowId;
  },
  'id-allocator-in-batches': async (bench) => {
    const workflowId = allocatorIdOf(present() + 86_400_000);
    const { client } = bench.harness.env;
    const requests = (keys: string[]) => keys.map((key) => ({ kind: 'incident', key, fingerprint: 'f' }));
    const startWorkflowOperation = new WithStartWorkflowOperation('idAllocator', {
      workflowId,
      taskQueue: bench.harness.taskQueue,
      args: [],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    await client.workflow.executeUpdateWithStart('allocateMany', {
      args: [requests(['a', 'b', 'a'])],
      startWorkflowOperation,
    });
    await client.workflow.getHandle(workflowId).executeUpdate('allocateMany', { args: [requests(['b', 'c'])] });
    return workflowId;
  },
  'id-allocator-skips': async (bench) => {
    const workflowId = allocatorIdOf(present() + 2 * 86_400_000);
    const { client } = bench.harness.env;
    const startWorkflowOperation = new WithStartWorkflowOperation('idAllocator', {
      workflowId,
      taskQueue: bench.harness.taskQueue,
      args: [],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    await client.workflow.executeUpdateWithStart('skip', { args: [500], startWorkflowOperation });
    const requests = [{ kind: 'incident', key: 'a', fingerprint: 'f' }];
    await client.workflow.getHandle(workflowId).executeUpdate('allocateMany', { args: [requests] });
    return workflowId;
  },
  'on-call-overrides': async (bench) => {
    const { env, taskQueue } = bench.harness;
    const workflowId = `on-call-${randomUUID()}`;
    await env.client.workflow.start('onCallOverrides', { workflowId, taskQueue, args: [] });
    const overrides = createOverrides({ client: env.client, taskQueue, workflowId });
    const order = (key: string, more: object) => ({
      ...{ key, fingerprint: 'f', by: 'ana', schedule: 'travel-primary', person: 'priya', to: present() + 3_600_000 },
      ...more,
    });
    const { id } = await overrides.add(order('a', {}));
    await Promise.allSettled([
      overrides.add(order('b', {})),
      overrides.add(order('c', { schedule: 'travel-secondary' })),
    ]);
    await overrides.remove({ key: 'd', fingerprint: 'f', by: 'ana', id });
    return workflowId;
  },
  access: async (bench) => {
    const { env, taskQueue } = bench.harness;
    const workflowId = `access-${randomUUID()}`;
    await env.client.workflow.start('access', { workflowId, taskQueue, args: [] });
    const store = createAccessStore({ client: env.client, taskQueue, workflowId });
    const order: typeof store.order = (name, its) => store.order(name, its);
    const minted = (letter: string) => ({ id: letter.repeat(16), sha256: letter.repeat(64) });
    const header = (key: string, by = 'ana') => ({ key, fingerprint: 'f', by });
    const day = 86_400_000;
    const expiresAt = present() + 30 * day;
    const login = { code: 'BCDF-GHJK', pollSha256: '1'.repeat(64) };
    const made = { kind: 'person', owner: 'ana', name: 'laptop', scopes: {} } as const;
    await order('claim-first-admin', { ...header('a'), minted: minted('a'), name: 'first', expiresAt });
    await order('create-token', { ...header('b'), minted: minted('b'), ...made, expiresAt });
    await order('create-token', { ...header('b'), minted: minted('c'), ...made, expiresAt });
    const oldUntil = present() + day;
    await order('rotate-token', { ...header('d'), id: minted('c').id, minted: minted('d'), expiresAt, oldUntil });
    await Promise.allSettled([
      order('note-use', { ...header('e'), id: minted('d').id }),
      order('create-token', { ...header('g'), minted: minted('e'), ...made, expiresAt }),
    ]);
    await order('revoke-token', { ...header('h'), id: minted('c').id });
    await order('begin-login', { ...header('i', 'unknown'), ...login, name: 'cli', scopes: { operations: ['read'] } });
    await order('confirm-login', { ...header('j', 'ben'), code: login.code });
    await order('collect-login', { ...header('k', 'unknown'), ...login, minted: minted('f'), expiresAt });
    const link = { sha256: '2'.repeat(64), person: 'ben', expiresAt: present() + day / 2 };
    await order('make-link', { ...header('l'), ...link });
    const use = { sha256: link.sha256, minted: minted('0'), name: 'first', expiresAt };
    await order('use-link', { ...header('m', 'unknown'), ...use });
    await order('sign-out', { ...header('n'), person: 'ben', everything: true });
    await order('drop-admin', { ...header('o'), person: 'ana' });
    return workflowId;
  },
  'incident-with-alerts': async (bench) => {
    const alert = (id: string, more: object = {}): KnownAlert => {
      const at = present();
      const known = { id: `am/${id}`, episode: 1, source: 'am', title: id, firstAt: at, lastAt: at, count: 1 };
      return { ...known, state: 'firing', ...more };
    };
    const report = (key: string, alerts: KnownAlert[], more: object = {}): AlertReport => ({
      ...{ key, at: present(), alerts, levels: ['P1'], services: ['payments'], resolveAfterMs: 60_000 },
      ...more,
    });
    const incident = await bench.incident({ severity: 'P1' }, { alerts: report('alerts/m/1', [alert('cpu')]) });
    const tell = (one: AlertReport) =>
      incident.handle.executeUpdate<void, [AlertReport]>('alerts', { args: [one], updateId: one.key });
    await tell(report('alerts/m/2', [alert('disk')], { levels: ['P0'], services: ['search'] }));
    await tell({ ...report('alerts/m/3', []), alerts: 7 } as unknown as AlertReport).catch(() => undefined);
    await incident.until('4m');
    await tell(report('alerts/m/4', [alert('cpu', { state: 'resolved', endedAt: present() })]));
    await tell(report('alerts/m/5', [alert('disk', { state: 'resolved', endedAt: present() })]));
    await incident.until('10m');
    await tell(report('alerts/m/6', [alert('heap')])).catch(() => undefined);
    return incident.id;
  },
  'alert-intake': async (bench) => {
    new Incidents(bench);
    const { workflowId, handle, store, take, settled, state } = await openDesk(bench, {});
    await store.expect([
      { source: 'kuma', everyMs: 20 * minute, alert: alertOf('silence', 'firing', { source: 'kuma' }) },
    ]);
    const waits = { ruling: { ...alertOf('queue').ruling, waitMs: 5 * minute } } as Partial<RuledAlert>;
    await take([alertOf('cpu'), alertOf('disk'), alertOf('queue', 'firing', waits)]);
    await settled();
    await handle.signal('take', 7);
    await take([alertOf('cpu'), alertOf('heap', 'firing', { source: 'kuma' })]);
    await take([alertOf('cpu', 'resolved')]);
    await settled();
    await fastForward(bench.harness.env, workflowId, 21 * minute);
    await until(async () => (await state()).episodes['kuma/silence']?.incident !== undefined);
    await settled();
    return workflowId;
  },
  'alert-intake-unmatched': async (bench) => {
    new Incidents(bench);
    bench.notices = () =>
      Promise.resolve([
        { recipient: 'engineering', kind: 'announce', channels: ['slack', 'mail'] },
        { recipient: 'hana', kind: 'remind', channels: ['mail', 'inbox'] },
      ]);
    const { workflowId, take, settled, state } = await openDesk(bench, {});
    const unmatched = { ruling: { do: 'unmatched', because: 'no rule takes it' } } as Partial<RuledAlert>;
    await take([alertOf('cpu', 'firing', unmatched), alertOf('disk')], { tellAt: present() + 60 * minute });
    await settled();
    await fastForward(bench.harness.env, workflowId, 61 * minute);
    await until(async () => (await state()).notices !== undefined);
    return workflowId;
  },
  'alert-intake-handed-over': async (bench) => {
    new Incidents(bench, () => new Promise((done) => setTimeout(done, 30)));
    const { workflowId, take, settled } = await openDesk(bench, { continueAfterEvents: 20 });
    for (let index = 0; index < 8; index += 1) await take([alertOf(`k${index}`), alertOf('cpu')]);
    await settled();
    await take([alertOf('cpu', 'resolved')]);
    await settled();
    return workflowId;
  },
  'alert-intake-with-answers': async (bench) => {
    new Incidents(bench);
    const { workflowId, take, settled } = await openDesk(bench, {});
    await take([alertOf('cpu'), pageOf('fatima', 'firing')]);
    await take([pageOf('fatima', 'acknowledged', 'Fatima'), pageOf('giorgos', 'resolved', 'Giorgos')]);
    await settled();
    return workflowId;
  },
  'incident-answered-in-a-pager': async (bench) => {
    const incident = await bench.incident();
    await incident.until('4m');
    const [{ key } = { key: '' }] = await incident.deliveries();
    const page = { key, channels: ['inbox'], via: { source: 'pagerduty' } };
    await incident.ask('acknowledge', {}, 'giorgos', { page: { ...page, key: `${key}x` } }).catch(() => undefined);
    await incident.ask('acknowledge', {}, 'giorgos', { page });
    await incident.until('10m');
    return incident.id;
  },
};
