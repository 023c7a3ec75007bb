/**
 * How large a process and its answers get: the whole state, as continue-as-new hands it over, and
 * the answer to each command. Pure rules in virtual time, so the numbers are the same on every
 * machine.
 */
import { randomUUID } from 'node:crypto';
import { directoryOf, policyOf } from '../src/config/in-force';
import { type Config } from '../src/config/loaded';
import { carriedOf, type CommandBody, type ProcessCommandName, type ProcessState } from '../src/domain';
import { t0 } from '../test/support/policy';
import { actorOf, Story } from '../test/support/story';
import { shippedConfig } from './sides';
import { atMost, type Row } from './table';

const kilobyte = 1024;
const minute = 60_000;
const updates = 200;
/** A typical update of about 300 characters. */
const update =
  'Error rate of the payment provider is down from 38 % to 4 % after traffic was moved to the second region; about 1,200 ' +
  'customers still see a slow checkout. The database team is draining the old replicas and will then raise the pool size. ' +
  'Next: confirm the queue is empty, then decide about the roll-back.';

/** An incident of the shipped template that measures its size after each command. */
class Measured {
  readonly story: Story;
  readonly items: string[];
  largestState = 0;
  largestAnswer = { bytes: 0, name: 'none' as string };
  commands = 0;

  constructor(config: Config) {
    const policy = policyOf(config, 'incident', t0);
    const directory = directoryOf(config, t0);
    const body = {
      title: 'Checkout fails for every second customer',
      severity: 'P0' as const,
      services: ['payments', 'web'],
      description: update,
      customerFacing: true,
      usersAffected: 'about 40 % of all customers',
      commander: 'kenji',
    };
    this.story = new Story({
      kind: 'incident',
      id: 'INC-2026-12-07-001',
      at: t0,
      actor: actorOf('emeka', directory),
      policy,
      body,
    });
    this.story.directory = directory;
    this.items = policy.phases.flatMap(({ groups }) => groups.flatMap(({ items }) => items.map(({ id }) => id)));
  }

  /**
   * Gives the command `minutes` later. With `mayRefuse`, refusals of items that are done or do not
   * apply are ignored.
   */
  do<N extends ProcessCommandName>(minutes: number, name: N, body: CommandBody<N>, mayRefuse = false): void {
    const { story } = this;
    story.until(story.now - story.state.beganAt + minutes * minute);
    // Keys as clients send them: the command and a UUID.
    const answer = story.ask(name, body, 'kenji', { key: `${name}/${randomUUID()}` });
    if (!answer.ok) {
      if (mayRefuse) return;
      throw new Error(`${name} was refused: ${answer.refusal.message}`);
    }
    this.commands += 1;
    story.activate();
    const bytes = sizeOf(answer.answer);
    if (bytes > this.largestAnswer.bytes) this.largestAnswer = { bytes, name };
    this.largestState = Math.max(this.largestState, sizeOfState(story.state));
  }
}

export async function size(): Promise<Row[]> {
  const config = shippedConfig();
  const whole = wholeIncident(config, 10);
  const reminded = wholeIncident(config, 14);
  const abrupt = abruptIncident(config);
  const open = whole.items.filter((id) => whole.story.state.items[id] === undefined).length;
  const parts = Object.entries(carriedOf(whole.story.state)).map(([name, value]) => ({ name, bytes: sizeOf(value) }));
  const largest = parts
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 4)
    .map(({ name, bytes }) => `${name} ${kb(bytes)}`);
  const answer = [whole, abrupt].map(({ largestAnswer }) => largestAnswer).sort((a, b) => b.bytes - a.bytes)[0]!;
  return [
    atMost(
      `state of a complete incident: ${whole.items.length} items, ${updates} updates`,
      whole.largestState / kilobyte,
      256,
      ' KB',
      `${whole.commands} commands, ${whole.story.state.timeline.length} events, ${open} items without a word; ${largest.join(', ')}`,
    ),
    atMost(
      'the same, each update only after its reminder',
      reminded.largestState / kilobyte,
      256,
      ' KB',
      `${reminded.story.state.timeline.length} events`,
    ),
    atMost('state of a new incident', sizeOfState(new Measured(config).story.state) / kilobyte, 256, ' KB'),
    atMost('largest answer of a command', answer.bytes, kilobyte, ' bytes', `of ${answer.name}`),
  ];
}

/**
 * A long and complete incident: each item by itself, and an update `everyMinutes`. An update is due
 * after 15 minutes; its reminders go out after 12.
 */
function wholeIncident(config: Config, everyMinutes: number): Measured {
  const it = new Measured(config);
  it.do(2, 'acknowledge', { note: 'on it' });
  for (const [role, person] of [
    ['technical-lead', 'leila'],
    ['communications-lead', 'mateo'],
    ['customer-success', 'nadia'],
  ] as const)
    it.do(0, 'assign-role', { role, person });
  it.do(1, 'link', { to: 'https://tickets.example.com/OPS-4711', relation: 'ticket', title: 'OPS-4711' });
  for (let number = 1; number <= updates; number++) {
    it.do(everyMinutes, 'post-update', {
      text: `${number}. ${update}`,
      actions: ['drain the old replicas', 'raise the pool size'],
    });
    if (number === 20) it.do(0, 'set-status', { status: 'identified' });
    if (number === 150) it.do(0, 'set-status', { status: 'monitoring' });
    const item = it.items[Math.floor((number * it.items.length) / updates)];
    if (item !== undefined) it.do(0, 'complete-items', { items: [item], note: 'done and checked twice' }, true);
  }
  it.do(1, 'post-update', { text: update, audience: 'public' });
  it.do(1, 'resolve', { summary: update });
  for (const title of ['Alert on the pool size', 'Rehearse the move of regions', 'Document the drain'])
    it.do(5, 'add-action-item', {
      title,
      owner: 'leila',
      dueAt: new Date(it.story.now + 10_080 * minute).toISOString(),
    });
  it.do(60, 'write-review', {
    rootCause: update,
    resolution: update,
    wentWell: ['quick answer', 'clear roles'],
    couldImprove: ['earlier move of regions'],
  });
  for (const item of it.items.filter((id) => it.story.state.items[id] === undefined))
    it.do(0, 'complete-items', { items: [item], note: 'done and checked twice' }, true);
  for (const actionItem of ['1', '2', '3']) it.do(60, 'complete-action-item', { actionItem });
  it.do(1, 'close', {});
  return it;
}

/** Commands that change as much as possible at once, with the longest texts. */
function abruptIncident(config: Config): Measured {
  const it = new Measured(config);
  // Notes are kept with each item: 4 KB each would pass the limit of the state.
  const long = 'w'.repeat(1_000);
  it.do(10, 'acknowledge', { note: long });
  it.do(1, 'set-severity', { severity: 'P1', reason: long });
  it.do(1, 'record-impact', {
    services: ['payments', 'search', 'web'],
    customerFacing: true,
    usersAffected: 'w'.repeat(200),
    description: long,
  });
  it.do(60, 'post-update', { text: long, actions: ['w'.repeat(200)] });
  it.do(1, 'resolve', { summary: long });
  it.do(1, 'reopen', { reason: long });
  const touchable = it.items.filter((id) => it.story.ask('complete-items', { items: [id] }).ok);
  it.do(1, 'reopen-items', { items: touchable, reason: long });
  it.do(1, 'complete-items', { items: touchable, note: long, evidence: long });
  it.do(1, 'reopen-items', { items: touchable, reason: long });
  it.do(1, 'skip-items', { items: touchable, reason: long });
  it.do(1, 'reopen-items', { items: touchable, reason: long });
  it.do(1, 'resolve', { summary: long });
  it.do(1, 'close', { skipRest: long });
  return it;
}

/** Bytes of the state in the form in which one run hands it over to the next. */
function sizeOfState(state: ProcessState): number {
  return sizeOf(carriedOf(state));
}
/** Bytes of the value as JSON, the form in which it is sent. */
function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
function kb(bytes: number): string {
  return `${Math.round(bytes / kilobyte)} KB`;
}
