/**
 * Owns how what-if is shown on a page: what happened and what would happen, moment by moment.
 * Decides nothing.
 */
import type { ComparedMoment, ShownWhatIf, ToldThen } from '../../contracts/rehearse-page';
import {
  iso,
  nameOf,
  whatIfToleranceMs,
  type ComparedRuns,
  type Directory,
  type Notice,
  type WhatIf,
} from '../../domain';
import type { Account } from '../../domain';
import type { Rehearsed } from '../../words/long-work';
import { given } from '../../given';

const mostMoments = 100;

export function shownWhatIf(
  { facts, timeline }: Account,
  tried: WhatIf,
  answer: Rehearsed['answer'],
  { was, would, changes, undelivered }: ComparedRuns,
): ShownWhatIf {
  const { script, beganAt, over, slowestMs } = tried;
  const { directory, away, until } = script;
  const names = new Map([...answer.deadlines, ...facts.deadlines].map(({ id, name }) => [id, name]));
  const moments = momentsOf(
    [
      ...timeline
        .filter(({ by }) => by !== 'muster')
        .map(({ at, by, text }): Happening => {
          const did = { name: nameOf(by, directory.people), text };
          return { after: Date.parse(at) - beganAt, did };
        }),
      ...was.map((notice): Happening => ({ after: notice.after, was: toldThen(notice, directory, names) })),
      ...would.map((notice): Happening => ({ after: notice.after, would: toldThen(notice, directory, names) })),
    ].sort((a, b) => a.after - b.after),
  );
  return {
    id: facts.id,
    title: facts.title,
    severity: facts.severity,
    beganAt: iso(beganAt),
    open: !over,
    until: iso(until),
    was: { template: facts.template, pages: pagesIn(was) },
    would: { template: answer.template, pages: pagesIn(would) },
    moments: moments.slice(0, mostMoments),
    later: Math.max(0, moments.length - mostMoments),
    changes: changes.map((change) => ({ ...change, deadline: names.get(change.deadline) ?? change.deadline })),
    absences: away.map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
    undelivered,
    ...given({ slowMs: slowestMs < whatIfToleranceMs ? undefined : slowestMs }),
    refused: answer.agenda.filter(({ type }) => type === 'refused').map(({ text }) => text),
  };
}

interface Happening {
  readonly after: number;
  readonly did?: ComparedMoment['did'][number];
  readonly was?: ToldThen;
  readonly would?: ToldThen;
}

// A real message comes some seconds after its instant, and is of the same moment.
function momentsOf(happenings: readonly Happening[]): ComparedMoment[] {
  const moments: { after: number; of: Happening[] }[] = [];
  for (const one of happenings) {
    const last = moments.at(-1);
    if (last !== undefined && one.after - last.after <= whatIfToleranceMs) last.of.push(one);
    else moments.push({ after: one.after, of: [one] });
  }
  return moments.map(({ after, of }) => ({
    after,
    did: of.flatMap(({ did }) => did ?? []),
    was: of.flatMap(({ was }) => was ?? []),
    would: of.flatMap(({ would }) => would ?? []),
  }));
}

function toldThen(
  { kind, person, deadlines }: Notice,
  { people }: Directory,
  names: ReadonlyMap<string, string>,
): ToldThen {
  return { kind, name: nameOf(person, people), about: deadlines.map((id) => names.get(id) ?? id) };
}

function pagesIn(notices: readonly Notice[]): number {
  return notices.filter(({ kind }) => kind === 'page').length;
}
