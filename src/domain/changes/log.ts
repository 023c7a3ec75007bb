/**
 * Owns the log of changes: what deployment tools say and what releases of Muster tell of themselves
 * is kept for 30 days, once, within limits. Pure: a workflow drives it with real time.
 */
import { shortHash } from '../text/short-key';
import { bytesOf } from '../text/bytes';
import type { Change, ChangeLog, ChangeOutcome, HeardContent, Instant, ReleaseWord, SaidChange } from '../model';
import { dayMs } from '../time/instants';
import { given } from '../../given';

/** How long a change is kept. */
export const keptForMs = 30 * dayMs;
/** How many changes are kept, in all and of one service: a busy service displaces its own. */
const most = { all: 1_000, ofService: 200, taken: 2_000, heard: 500, withdrawn: 200, ended: 200, waiting: 200 };
/** Within this time the same content is a retry of its sender; after it, news. */
const retriedWithinMs = 2 * 60_000;
/** How large these may be, in bytes of JSON: Temporal takes 2 MiB when a run hands over. */
const bytesLimit = 1024 * 1024;

/** A log that has heard nothing yet. */
export const emptyChangeLog: ChangeLog = { changes: [], taken: [], withdrawn: [], outbox: [], nextEffectId: 1 };

/** Takes what tools said, at `now`. A message that comes again changes nothing. */
export function takeSaid(log: ChangeLog, said: readonly SaidChange[], now: Instant): ChangeLog {
  return tidied(said.reduce(takeNew, log), now);
}

function takeNew(log: ChangeLog, said: SaidChange): ChangeLog {
  if (isKnown(log, said.change.id) || isRetry(log, said)) return log;
  return takeOne(said.content === undefined ? log : { ...log, heard: withHeard(log, said, said.content) }, said);
}

function takeOne(log: ChangeLog, said: SaidChange): ChangeLog {
  const { change, releases, check } = said;
  const isAsked = change.kind === 'deployed' || change.kind === 'deployment-failed' || check !== undefined;
  const isForNobody = !isAsked || (releases.length === 0 && change.version === undefined);
  if (isForNobody) return keep(log, change);
  if (log.outbox.length >= most.waiting)
    return keep(log, { ...change, because: 'too many came at once, so that no release was told' });
  const id = log.nextEffectId;
  return { ...log, outbox: [...log.outbox, { id, said }], nextEffectId: id + 1 };
}

function isKnown({ changes, taken, outbox }: ChangeLog, id: string): boolean {
  return (
    changes.some((one) => one.id === id) ||
    taken.some((one) => one.id === id) ||
    outbox.some(({ said }) => said.change.id === id)
  );
}

// What a release refused is asked again: the release may take it now.
function isRetry(log: ChangeLog, said: SaidChange): boolean {
  const before = heardOf(log.heard, said);
  return before !== undefined && before.because === undefined;
}
function heardOf(heard: ChangeLog['heard'], { content, receivedAt }: SaidChange): HeardContent | undefined {
  if (content === undefined) return undefined;
  return heard?.find((one) => one.content === content && Math.abs(receivedAt - one.receivedAt) < retriedWithinMs);
}

// A check that failed meanwhile passes anew: of what is said about one thing, only the last counts.
function withHeard({ heard = [] }: ChangeLog, said: SaidChange, content: string): HeardContent[] {
  const about = aboutOf(said);
  const before = heardOf(heard, said)?.because;
  const others = heard.filter((one) => one.content !== content && (about === undefined || one.about !== about));
  return [...others, { content, receivedAt: said.receivedAt, ...given({ about, before }) }].slice(-most.heard);
}
function aboutOf({ change, releases, check }: SaidChange): string | undefined {
  if (change.kind === 'changed' || change.kind === 'unread') return undefined;
  const words = [change.source, check?.name ?? '', ...releases, ...change.services, change.version ?? ''];
  return shortHash(words.join(' '));
}

/** Applies what came of a message; of one that does not wait any more, nothing. */
export function completeSaid(log: ChangeLog, effectId: number, outcome: ChangeOutcome, now: Instant): ChangeLog {
  const effect = log.outbox.find(({ id }) => id === effectId);
  if (effect === undefined) return log;
  const { change, check } = effect.said;
  const rest: ChangeLog = { ...log, outbox: log.outbox.filter(({ id }) => id !== effectId) };
  const { because, release } = { because: undefined, release: undefined, ...outcome };
  // Tools report each run of every check: one that means no release is no word about a service.
  const saysNothing = check !== undefined && because === undefined;
  if (outcome.type === 'taken' || saysNothing)
    return { ...rest, taken: [...rest.taken, { id: change.id, at: now }].slice(-most.taken) };
  const asked = heardOf(rest.heard, effect.said);
  const reason = because === undefined ? undefined : shortHash(because);
  const answered = asked === undefined ? rest : withAnswer(rest, asked, reason);
  // Refused once more for the same reason: the change stands there already.
  if (reason !== undefined && asked?.before === reason) return answered;
  return tidied(keep(answered, { ...change, ...given({ release, because }) }), now);
}
function withAnswer(log: ChangeLog, asked: HeardContent, reason: string | undefined): ChangeLog {
  const { before: _, ...rest } = asked;
  const answered: HeardContent = { ...rest, ...given({ because: reason }) };
  return { ...log, heard: (log.heard ?? []).map((one) => (one === asked ? answered : one)) };
}

/** Applies what a release tells of itself. A word that comes again changes nothing. */
export function takeWord(log: ChangeLog, word: ReleaseWord, now: Instant): ChangeLog {
  switch (word.do) {
    case 'record': {
      const { change } = word;
      // Words may overtake each other: that the deployment has begun may come only now.
      if (isKnown(log, change.id) || log.changes.some((one) => isBeginningOf(change, one))) return log;
      // What became of a deployment stands in the place of its beginning.
      const begun = { ...log, changes: log.changes.filter((one) => !isBeginningOf(one, change)) };
      return tidied(keep(change.kind === 'rolled-back' ? ended(begun, change.release) : begun, change), now);
    }
    case 'end':
      return ended(log, word.release);
    case 'withdraw':
      return isOvertaken(log, word) ? log : { ...withdrawn(log, word.release), ...seenUntil(log, word) };
    case 'reveal':
      return isOvertaken(log, word)
        ? log
        : { ...log, withdrawn: log.withdrawn.filter((one) => one !== word.release), ...seenUntil(log, word) };
  }
}

/** True when `later` says what became of the deployment of which `change` is the beginning. */
export function isBeginningOf({ kind, source, release }: Change, later: Change): boolean {
  return kind === 'deploying' && later.source === source && later.release === release;
}

function ended(log: ChangeLog, release: string | undefined): ChangeLog {
  if (release === undefined) return log;
  const isOf = (change: Change) => change.release === release;
  return {
    ...log,
    changes: log.changes.map((one) => (isOf(one) ? { ...one, ended: true as const } : one)),
    // Words may overtake each other: that it was deployed may come only now.
    ended: remembered(log.ended ?? [], release, most.ended),
  };
}

type WordOfReaders = Extract<ReleaseWord, { do: 'withdraw' | 'reveal' }>;
// Words may overtake each other: of those about who may see a release, its latest counts.
function isOvertaken({ seen = [] }: ChangeLog, { release, of }: WordOfReaders): boolean {
  return of !== undefined && seen.some((one) => one.release === release && one.of > of);
}
function seenUntil({ seen = [] }: ChangeLog, { release, of }: WordOfReaders): Pick<ChangeLog, 'seen'> {
  if (of === undefined) return {};
  return { seen: [...seen.filter((one) => one.release !== release), { release, of }].slice(-most.withdrawn) };
}

// R37: what the sender said stays, without the name of the release.
function withdrawn(log: ChangeLog, release: string): ChangeLog {
  const changes = log.changes.flatMap((one) => without(one, release) ?? []);
  return { ...log, changes, withdrawn: remembered(log.withdrawn, release, most.withdrawn) };
}
/** The change without that release; undefined when nothing of it may stay. */
function without(change: Change, release: string): Change | undefined {
  const isIn = release === change.release || wordsOf(change.because).includes(release);
  if (!isIn) return change;
  return change.source === 'muster' ? undefined : unnamed(change);
}
const wordsOf = (because = ''): string[] => because.split(/[^\w-]+/);
function unnamed({ release: _, because: __, ended: ___, ...change }: Change): Change {
  return change;
}
/** The last `most` names, each once. */
function remembered(names: readonly string[], name: string, most: number): string[] {
  return [...names.filter((one) => one !== name), name].slice(-most);
}

function keep(log: ChangeLog, change: Change): ChangeLog {
  const isOver = change.release !== undefined && log.ended?.includes(change.release) === true;
  let kept = isOver ? { ...change, ended: true as const } : change;
  for (const release of log.withdrawn) {
    const left = without(kept, release);
    if (left === undefined) return log;
    kept = left;
  }
  const later = log.changes.findIndex(({ at }) => at > kept.at);
  const at = later < 0 ? log.changes.length : later;
  return { ...log, changes: [...log.changes.slice(0, at), kept, ...log.changes.slice(at)] };
}

/** Without what is too old, and without the oldest of what is too much. */
export function tidied(log: ChangeLog, now: Instant): ChangeLog {
  const since = now - keptForMs;
  const counts = new Map<string, number>();
  let bytes = 0;
  const changes: Change[] = [];
  for (const change of log.changes.toReversed()) {
    const service = change.services[0] ?? '';
    const count = counts.get(service) ?? 0;
    if (change.at <= since || count >= most.ofService || changes.length >= most.all) continue;
    const size = sizeOf(change);
    if (bytes + size > bytesLimit) break;
    bytes += size;
    counts.set(service, count + 1);
    changes.push(change);
  }
  const taken = log.taken.filter(({ at }) => at > since);
  if (changes.length === log.changes.length && taken.length === log.taken.length) return log;
  return { ...log, changes: changes.reverse(), taken };
}

/**
 * Since when the log has all changes, of `service` or of all services: earlier ones gave way to
 * those that came later. Undefined when none had to.
 */
export function completeSince({ changes }: Pick<ChangeLog, 'changes'>, service?: string): Instant | undefined {
  const byService = new Map<string, Change[]>();
  for (const change of changes) {
    const name = change.services[0] ?? '';
    byService.set(name, [...(byService.get(name) ?? []), change]);
  }
  const bytes = changes.reduce((sum, change) => sum + sizeOf(change), 0);
  const isFull = changes.length >= most.all || bytes > bytesLimit - bytesOfOne;
  const displaced = [...byService].filter(([name]) => service === undefined || name === service).map(([, own]) => own);
  const full = [...(isFull ? [changes] : []), ...displaced.filter((own) => own.length >= most.ofService)];
  const earliest = full.flatMap((group) => group[0]?.at ?? []);
  return earliest.length === 0 ? undefined : Math.max(...earliest);
}
/** What one change may take at most, about. */
const bytesOfOne = 8 * 1024;

// A change never changes, and each message asks for the size of all.
const measured = new WeakMap<Change, number>();
function sizeOf(change: Change): number {
  const known = measured.get(change);
  if (known !== undefined) return known;
  const size = bytesOf(change);
  measured.set(change, size);
  return size;
}
