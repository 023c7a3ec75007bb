/**
 * Random scripts of commands and passing time for fast-check, and an incident to which they are
 * given.
 */
import fc from 'fast-check';
import { absorb, absorbRefusal, type Directory, type Severity } from '../../src/domain';
import { incident, type Story } from './story';
import { minute, t0 } from './policy';

export type Step = { readonly wait: number; readonly act: (story: Story) => void; readonly name: string };
const people = ['fatima', 'giorgos', 'emeka', 'stranger'] as const;
export const iso = (at: number) => new Date(at).toISOString();

const act = (name: string, run: (story: Story) => void): fc.Arbitrary<Step> =>
  fc.integer({ min: 0, max: 40 * minute }).map((wait) => ({ wait, act: run, name }));
export const severity = fc.constantFrom('P0' as const, 'P1' as const, 'P2' as const, 'P3' as const);
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.constantFrom(...people).chain((who) => act(`ack ${who}`, (story) => void story.ask('acknowledge', {}, who))),
    severity.chain((to) =>
      act(`severity ${to}`, (story) => void story.ask('set-severity', { severity: to, reason: 'x' })),
    ),
    act('update', (story) => void story.ask('post-update', { text: 'still on it' })),
    fc
      .integer({ min: 1, max: 80 })
      .chain((ahead) =>
        act(
          `promise ${ahead}`,
          (story) => void story.ask('post-update', { text: 'x', nextUpdateAt: iso(story.now + ahead * minute) }),
        ),
      ),
    fc
      .constantFrom('update', 'phase.assessment', 'phase.immediate', 'response')
      .chain((deadline) =>
        act(
          `snooze ${deadline}`,
          (story) => void story.ask('snooze', { deadline, until: iso(story.now + 10 * minute), reason: 'x' }),
        ),
      ),
    fc
      .tuple(severity, fc.constantFrom(...people))
      .chain(([to, by]) =>
        act(`severity ${to} by ${by}`, (story) => void story.ask('set-severity', { severity: to, reason: 'x' }, by)),
      ),
    act('call', (story) => void story.ask('escalate', { reason: 'x', to: ['cto', 'nobody-has-this-role'] })),
    severity.chain((worst) => act(`merge of a ${worst}`, (story) => takeOther(story, worst))),
    act('handoff', (story) => void story.ask('hand-off', { to: 'hana' })),
    act('resolve', (story) => void story.ask('resolve', {})),
    act('reopen', (story) => void story.ask('reopen', { reason: 'x' })),
    act('done', (story) => void story.ask('complete-items', { items: ['dashboards-checked', 'commander-assigned'] })),
    act('undone', (story) => void story.ask('reopen-items', { items: ['dashboards-checked'], reason: 'x' })),
    act('impact', (story) => void story.ask('record-impact', { customerFacing: true, usersAffected: 'all' })),
    act(
      'action item',
      (story) => void story.ask('add-action-item', { title: 'x', owner: 'cto', dueAt: iso(story.now + 90 * minute) }),
    ),
    act('action item done', (story) => void story.ask('complete-action-item', { actionItem: '1' })),
    act('action item dropped', (story) => void story.ask('drop-action-item', { actionItem: '1', reason: 'x' })),
    act('title', (story) => void story.ask('set-title', { title: 'Another' })),
    act('restricted', (story) => void story.ask('restrict', { to: ['cto', 'hana'] })),
    act('unrestricted', (story) => void story.ask('unrestrict', { reason: 'x' })),
    act('affected', (story) => void story.ask('record-impact', { addServices: ['search'] })),
    act('not affected', (story) => void story.ask('record-impact', { removeServices: ['search'] })),
    act('away', (story) => void (story.away = true)),
    act('back', (story) => story.back()),
    act('close', (story) => void story.ask('close', { skipRest: 'x' })),
  ),
  { maxLength: 14 },
);

// An unanswered incident that is merged into this one, as its process tells it.
function takeOther(story: Story, worst: Severity): void {
  const from = `INC-2026-12-07-${story.state.timeline.length + 100}`;
  const request = { key: from, into: story.state.id, from, by: 'nadia', severity: worst, services: ['payments'] };
  const merge = { ...request, people: [], links: [] };
  // The activity of the other process is told at once that this one cannot take it.
  if (absorbRefusal(story.state, merge) === undefined) story.state = absorb(story.state, merge, story.now);
}

/** Plays a script to an incident, then lets half a day pass. */
export function play(
  script: readonly Step[],
  check?: (story: Story) => void,
  prepare?: (story: Story) => void,
  first?: Directory,
): Story {
  const story = incident({ severity: 'P1' }, undefined, undefined, first);
  prepare?.(story);
  for (const step of script) {
    story.until(story.now - t0 + step.wait);
    step.act(story);
    if (!story.away) story.activate();
    check?.(story);
  }
  story.away = false;
  story.activate();
  return story.until(story.now - t0 + 12 * 60 * minute);
}
