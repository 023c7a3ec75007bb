/**
 * Owns `wait`: waits until a condition holds, a deadline of the process is missed, or the time is
 * up. For scripts: the exit code is the answer. Knows how each condition shows in a view, not when
 * it comes true.
 */
import type { ProcessKind } from '../../contracts/command-table';
import type { ProcessView } from '../../contracts/view';
import { note, print, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import type { Answer } from '../client/client';
import { follow, isOver, isPassing } from '../client/follow';
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
  const first = await client.get<ProcessView>(path);
  const done = async (answer: typeof first) => {
    const { id, status } = answer.body;
    await print(context, answer, { lines: () => [`${id} is ${condition.words} (${status})`], names: () => [id] });
  };
  if (condition.holds(first.body)) return done(first);
  refuseWhenOver(first.body, condition);
  note(io, `waiting until ${first.body.id} is ${condition.words}; Ctrl-C ends`);

  const limitMs = timeoutMs ?? Infinity;
  const outcome = await within(limitMs, [io.signal], (signal) => settled(context, path, condition, first, signal));
  if (outcome) return done(outcome);
  if (io.signal.aborted) throw new CliError('interrupted', 'interrupted');
  throw new CliError('failed', `${first.body.id} was not ${condition.words} within ${duration(limitMs)}`);
}

// The view in which the condition holds; undefined when `signal` ends the wait first.
async function settled(
  context: Context,
  path: string,
  condition: Condition,
  first: Answer<ProcessView>,
  signal: AbortSignal,
): Promise<Answer<ProcessView> | undefined> {
  const { io, client } = context;
  const known = new Set(missesOf(first.body).map(missKey));
  let latest = first;
  let troubled = false;
  let isBehind = false;
  // After a failed read, the next request follows soon and does not wait for the next event.
  const patience = () => (isBehind ? 1_000 : untilNextDue(latest.body, io.now()));
  for await (const news of follow(client, path, 0, signal, patience)) {
    if ('trouble' in news) {
      if (!troubled) note(io, `${news.trouble.message}; trying again`);
      troubled = true;
      continue;
    }
    const answer = await readAgain(context, path, signal);
    isBehind = answer === undefined;
    if (answer === undefined) continue;
    troubled = false;
    latest = answer;
    const missed = missesOf(latest.body).filter((deadline) => !known.has(missKey(deadline)));
    if (missed.length > 0) throw missedError(latest.body.id, missed, io.now());
    if (condition.holds(latest.body)) return latest;
    refuseWhenOver(latest.body, condition);
  }
  return undefined;
}

// A passing failure does not end the wait; the next turn tries again.
async function readAgain({ client }: Context, path: string, signal: AbortSignal) {
  try {
    return await client.get<ProcessView>(path, {}, { signal });
  } catch (error) {
    if (signal.aborted || isPassing(error)) return undefined;
    throw error;
  }
}

// A second after the due instant, so that the miss is on record by then.
function untilNextDue({ deadlines }: ProcessView, now: number): number {
  const ahead = deadlines.filter(({ status }) => status === 'pending').map(({ dueAt }) => Date.parse(dueAt) - now);
  return Math.min(30_000, ...ahead.filter((ms) => ms > 0).map((ms) => ms + 1000));
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
