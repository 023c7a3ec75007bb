/**
 * Owns the lines of an agenda about messages: which messages an event caused, to whom, over which
 * channels, and which rungs reached nobody. Knows nothing of the other lines.
 */
import { inOrder, labelOfFirst, modesOf } from '../deadlines/fired-rungs';
import { newsWords } from '../messages/news';
import { deadlineName } from '../messages/promises';
import { plain, type AgendaLine, type AgendaRecipient } from './agenda-line';
import type { Rehearsal } from './rehearsal';
import type { SentAt } from './virtual-run';
import type { FiredRung, ProcessState, TimelineEvent } from '../model';
import { written } from '../text/phrase';
import { iso } from '../time/instants';
import { given } from '../../given';

/**
 * The consequences of an event: the messages that left, in order, and the look-up of the
 * recipients.
 */
export interface Cause {
  readonly tried: (SentAt & { readonly because?: string })[];
  resolved?: TimelineEvent & { type: 'resolved-to' };
}
/** The consequences by the number of the event. */
export function causesOf({ state, sent, failed }: Rehearsal['run']): Map<number, Cause> {
  const causes = new Map<number, Cause>();
  const causeOf = (of: number): Cause => {
    const known = causes.get(of) ?? { tried: [] };
    causes.set(of, known);
    return known;
  };
  for (const one of [...sent, ...failed]) causeOf(one.of).tried.push(one);
  for (const event of state.timeline) if (event.type === 'resolved-to') causeOf(event.of).resolved ??= event;
  return causes;
}

/**
 * The messages that `event` caused: one line for each kind, each set of rungs, and each mode for
 * their deadlines.
 */
export function messagesOf(
  state: ProcessState,
  { tried, resolved }: Cause,
  event: TimelineEvent,
  nameOf: (person: string) => string,
): AgendaLine[] {
  const groups = new Map<string, typeof tried>();
  for (const one of tried) {
    const { kind, rung, deadlines } = one.request;
    const modes = modesOf(one.rungs);
    const key = [kind, rung, ...deadlines.map(({ id }) => `${id} ${modes[id]}`)].join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  const standing = resolved?.as ?? {};
  return [...groups.values()].map((group) => {
    const { request, rungs, at } = group[0]!;
    const modes = modesOf(rungs);
    const people = [...new Set(group.map((one) => one.request.recipient))];
    const recipients = people.map((person): AgendaRecipient => {
      const own = group.filter((one) => one.request.recipient === person);
      const through = own.find(({ because }) => because === undefined);
      const as = standing[person];
      return {
        person,
        name: request.kind === 'announce' ? person : nameOf(person),
        ...given({ as, channel: through?.request.channel }),
        failed: own.flatMap(({ request: { channel }, because }) =>
          because === undefined ? [] : [{ channel, because }],
        ),
      };
    });
    const names = request.deadlines.map(({ id }) => deadlineName(state, id));
    const because =
      event.type === 'fallthrough' || event.type === 'escalated' ? event.type : names.length > 1 ? 'merged' : undefined;
    const words = names.length > 0 ? names.join(', ') : written(newsWords(state, event) ?? '', iso);
    return plain(state, at, request.kind, words, {
      about: names,
      deadlines: request.deadlines.map(({ id, dueAt }) => ({ id, dueAt: iso(dueAt), mode: modes[id]! })),
      late: request.late,
      recipients,
      ...(request.rung === null ? {} : { rung: request.rung }),
      ...(request.nominalAt < at ? { nominalAt: iso(request.nominalAt) } : {}),
      ...given({ because }),
    });
  });
}

/** Rungs of `event` with nobody to reach. */
export function nobodyOf(
  state: ProcessState,
  cause: Cause | undefined,
  event: TimelineEvent & { type: 'rungs-fired' | 'fallthrough' },
): AgendaLine[] {
  const nobody = cause?.resolved?.nobody ?? [];
  const rungs: readonly FiredRung[] = event.type === 'rungs-fired' ? inOrder(event.rungs) : [event];
  return rungs
    .filter(({ deadline, rung }) => nobody.includes(`${deadline}/${rung}`))
    .map((rung) =>
      plain(state, event.at, 'nobody', `rung ${rung.rung} of ${deadlineName(state, rung.deadline)} reaches nobody`, {
        about: [deadlineName(state, rung.deadline)],
        deadlines: [{ id: rung.deadline, dueAt: iso(rung.dueAt) }],
        rung: labelOfFirst([rung]),
        late: rung.late ?? 0,
      }),
    );
}
