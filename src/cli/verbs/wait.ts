/**
 * Owns `wait`: waits until a condition holds, a deadline of the process is missed, or the time is
 * up. For scripts: the exit code is the answer. Knows how each condition shows in a view, not when
 * it comes true.
 */
import type { ProcessKind } from '../../contracts/command-table';
import type { ProcessView } from '../../contracts/view';
import { note, print, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import { follow, isOver } from '../client/follow';
import { endingWords } from '../render/standing-lines';
import { within } from '../../time-limit';
import { duration, localTime } from '../terminal/format';

interface Condition {
  readonly words: string;
  holds(view: ProcessView): boolean;
}

const simple: Record<ProcessKind, Record<string, (view: ProcessView) => boolean>> = {
  incident: {
    acknowledged: ({ acknowledgedAt }) => acknowledgedAt !== undefined,
    resolved: ({ status }) => status === 'resolved' || status === 'closed',
    closed: ({ status }) => status === 'closed',
  },
  release: {
    deployed: ({ deployedAt }) => deployedAt !== undefined,
    completed: ({ status }) => status === 'completed',
  },
};

/** The possible values of `--for`. */
export function conditionsOf(kind: ProcessKind): string[] {
  return [...Object.keys(simple[kind]), 'item=ID', 'phase=ID'];
}

/** Reads `--for`. Throws a usage error that lists the possible values. */
export function readCondition(kind: ProcessKind, text: string): Condition {
  const holds = Object.hasOwn(simple[kind], text) ? simple[kind][text] : undefined;
  if (holds) return { words: text, holds };
  const [, what, id] = /^(item|phase)=(.+)$/.exec(text) ?? [];
  if (what === 'item' && id !== undefined) {
    return { words: `done with item ${id}`, holds: (view) => found('item', id, items(view)).status !== 'open' };
  }
  if (what === 'phase' && id !== undefined) {
    return { words: `done with phase ${id}`, holds: (view) => found('phase', id, view.phases).status === 'completed' };
  }
  throw usageError(`--for is "${text}"; expected one of ${conditionsOf(kind).join(', ')}`);
}

const items = (view: ProcessView) => view.phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));

function found<T extends { readonly id: string }>(what: string, id: string, known: readonly T[]): T {
  const one = known.find((entry) => entry.id === id);
  if (one) return one;
  throw usageError(`there is no ${what} "${id}"; there are ${known.map((entry) => entry.id).join(', ')}`);
}

const missKey = ({ id, round }: Missed) => `${id}#${round}`;
// Misses of earlier rounds count too: between two looks, a round may be missed and the next may
// begin.
const missesOf = ({ deadlines }: ProcessView): Missed[] =>
  deadlines.flatMap(({ id, round, missedAt, misses }) => [
    ...misses.map((miss) => ({ id, round: miss.round, missedAt: miss.missedAt })),
    ...(missedAt === undefined ? [] : [{ id, round, missedAt }]),
  ]);
interface Missed {
  readonly id: string;
  readonly round: number;
  readonly missedAt: string;
}

/**
 * Returns when `condition` holds. Throws a CliError when a deadline is missed, when the process
 * ends without the condition, or when the time is up. `timeoutMs` undefined: no limit.
 */
export async function wait(
  context: Context,
  path: string,
  condition: Condition,
  timeoutMs: number | undefined,
): Promise<void> {
  const { io, client } = context;
  const { body: first } = await client.get<ProcessView>(path);
  const done = async (view: ProcessView) => {
    const { id, status } = view;
    const answer = { text: JSON.stringify(view), body: view };
    await print(context, answer, { lines: () => [`${id} is ${condition.words} (${status})`], names: () => [id] });
  };
  if (condition.holds(first)) return done(first);
  refuseWhenOver(first, condition);
  note(io, `waiting until ${first.id} is ${condition.words}; Ctrl-C ends`);

  const limitMs = timeoutMs ?? Infinity;
  const outcome = await within(limitMs, [io.signal], (signal) => settled(context, path, condition, first, signal));
  if (outcome) return done(outcome);
  if (io.signal.aborted) throw new CliError('interrupted', 'interrupted');
  throw new CliError('failed', `${first.id} was not ${condition.words} within ${duration(limitMs)}`);
}

// The view in which the condition holds; undefined when `signal` ends the wait first.
async function settled(
  { io, client }: Context,
  path: string,
  condition: Condition,
  first: ProcessView,
  signal: AbortSignal,
): Promise<ProcessView | undefined> {
  const known = new Set(missesOf(first).map(missKey));
  let troubled = false;
  for await (const news of follow(client, path, signal)) {
    if ('trouble' in news) {
      if (!troubled) note(io, `${news.trouble.message}; trying again`);
      troubled = true;
      continue;
    }
    troubled = false;
    if (!('view' in news)) continue;
    const { view } = news;
    const missed = missesOf(view).filter((deadline) => !known.has(missKey(deadline)));
    if (missed.length > 0) throw missedError(view.id, missed, io.now());
    if (condition.holds(view)) return view;
    refuseWhenOver(view, condition);
  }
  return undefined;
}

function refuseWhenOver(view: ProcessView, { words }: Condition): void {
  const { id, status, ended } = view;
  const how = ended === undefined ? `is ${status}` : `was ${endingWords(ended.how)}`;
  if (isOver(view)) throw new CliError('failed', `${id} ${how} and will never be ${words}`);
}

function missedError(id: string, missed: readonly Missed[], now: number): CliError {
  const names = missed.map((miss) => `${miss.id} (due ${localTime(Date.parse(miss.missedAt), now)})`).join(', ');
  return new CliError('missed', `${id} missed ${names} while waiting`);
}
