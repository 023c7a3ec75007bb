/**
 * Owns the stream of events for whoever watches: one process, or what is open. What is watched is
 * read once for everybody (LiveProcesses, LiveOpen), and what they get is made once; here each
 * reader is asked at each event whether they may see it (R37).
 */
import { streamEvents } from '../../contracts/stream-view';
import { processIdPattern } from '../../contracts/view';
import type { Principal, ProcessFacts } from '../../domain';
import { principalOf } from '../admission/authenticate';
import { permit } from '../admission/permit';
import { InTurn } from '../http/event-stream';
import { ApiProblem, malformed, problemOf } from '../http/problem';
import { readQuery, type Parameters } from '../http/query';
import { keyOf } from '../http/rate-limit';
import { addressOf, isLoopback } from '../http/reach';
import type { OpenNews, ProcessNews } from '../http/stream-news';
import type { Answer, Call, Route, Shared } from '../http/route';
import { actorOf, checkSeen, seesRow } from '../present/readers';
import type { Live } from '../temporal/live-processes';
import type { StoredRow } from '../temporal/process-store';

const query = {
  process: { type: 'string', about: 'the incident or release to watch; absent: what is open', max: 60 },
  lastEventId: {
    type: 'string',
    about: 'as the header Last-Event-ID, for programs that cannot send it: the id of the last event that came',
    max: 200,
  },
} as const satisfies Parameters;

/** A timeline is not longer. */
const mostEntries = 1_000_000;

export function streamRoutes(shared: Shared): Route[] {
  const route: Route = {
    method: 'get',
    path: '/v1/stream',
    name: 'stream',
    needs: 'viewer',
    about:
      'server-sent events: how a process stands, and each change of it; without `process`, that what is open has changed',
    query,
    processIn: 'process',
    asksWho: true,
    success: {
      status: 200,
      about: 'events, the first of them at once',
      types: ['text/event-stream'],
      events: streamEvents,
    },
    problems: ['not-found', 'restricted', 'unreadable', 'busy'],
    handle: (call) => stream(shared, route, call),
  };
  return [route];
}

async function stream(shared: Shared, route: Route, call: Call): Promise<Answer> {
  const { process, lastEventId } = readQuery(query, call.request.query);
  if (process !== undefined && !processIdPattern.test(process))
    throw malformed([{ path: 'process', message: 'expected a process id such as INC-2026-12-07-001' }]);
  shared.streams.takePlace(placeOf(call), call.gone);
  const reader = new Reader(shared, route, call);
  if (process === undefined) return watchOpen(shared, reader);
  return watchProcess(shared, reader, process, lastEventId ?? call.request.headers['last-event-id']);
}

/** Whose place it takes; undefined: who asks from this machine unproved is not told apart. */
function placeOf({ principal, request }: Call): string | undefined {
  const isUnknown = principal.via === 'loopback' && isLoopback(addressOf(request, request.ip));
  return isUnknown ? undefined : keyOf(principal, request);
}

/** Whoever watches. */
class Reader {
  private principal: Principal;

  constructor(
    private readonly shared: Shared,
    private readonly route: Route,
    readonly call: Call,
  ) {
    this.principal = call.principal;
  }

  /** The facts about the reader now. */
  now() {
    return actorOf(this.shared, this.principal);
  }

  /** Throws a problem when the reader may not see the process (R37). */
  async checkSeen(facts: ProcessFacts): Promise<void> {
    if (facts.restricted !== undefined) checkSeen(facts, await this.now());
  }

  /** Throws a problem when the reader is nobody any more, or may do something else than before. */
  async askAgain(): Promise<void> {
    const principal = await principalOf(this.shared, this.route, this.call);
    await permit(this.shared, this.route, { ...this.call, principal });
    if (rightsOf(principal) !== rightsOf(this.principal))
      throw new ApiProblem('not-permitted', 'what you may do has changed; load this again');
    this.principal = principal;
  }

  /** Says to the log what went wrong, unless it is the reader's to mend; returns it in words. */
  wordsOf(error: unknown): string {
    const { body, unexpected } = problemOf(error, this.call.requestId);
    if (unexpected)
      this.shared.log.warn('a stream failed unexpectedly', {
        requestId: this.call.requestId,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    return String(body['detail']);
  }
}

function rightsOf({ id, kind, roles, scopes }: Principal): string {
  return JSON.stringify([id, kind, roles, scopes]);
}

// --- One process ---------------------------------------------------------------------------------

async function watchProcess(
  shared: Shared,
  reader: Reader,
  id: string,
  lastEventId: string | string[] | undefined,
): Promise<Answer> {
  const { gone } = reader.call;
  const known = seqIn(lastEventId);
  const sent: { shown?: ProcessNews; after: number } = { after: 0 };
  let end: (error: unknown) => void = () => undefined;
  let failure: { readonly error: unknown } | undefined;
  const turns = new InTurn<Live<ProcessNews>>(
    async ({ facts, shown }, out) => {
      if (shown === sent.shown) return;
      await reader.checkSeen(facts);
      // So much came at once that a part is not here any more: the client asks for all of it.
      if (!shown.reaches(sent.after)) return out.end();
      out.write(shown.after(sent.after));
      Object.assign(sent, { shown, after: shown.newest });
    },
    (error) => end(error),
  );
  const viewer = {
    take: (live: Live<ProcessNews>) => turns.take(live),
    fail: (error: unknown) => {
      failure = { error };
      end(error);
    },
  };
  const watched = await shared.liveProcesses.join(id, viewer, known ?? 0, gone);
  const { facts, shown } = watched.live;
  await reader.checkSeen(facts);
  // Of another process, or made up: as none.
  const after = known === undefined || known > shown.newest ? shown.usualAfter : known;
  const earlier = shown.reaches(after) ? [] : await entriesBefore(shared, id, after, shown);
  Object.assign(sent, { shown, after: shown.newest });
  return {
    stream: (out) => {
      end = (error) => out.over(reader.wordsOf(error));
      if (failure !== undefined) return end(failure.error);
      out.write(shown.snapshot(after, shared.clock(), earlier));
      const askAgain = async () => {
        await reader.askAgain();
        // A role of a schedule passes on without an event.
        await reader.checkSeen(watched.live.facts);
      };
      shared.streams.add({ out, isCurrent: () => watched.isCurrent, askAgain }, gone);
      turns.begin(out);
    },
  };
}

async function entriesBefore(shared: Shared, id: string, after: number, shown: ProcessNews) {
  const all = await shared.store.timeline(id, after, mostEntries);
  return all.filter(({ seq }) => !shown.reaches(seq - 1));
}

/** The number of the newest entry in the id of an event; undefined: it is no such id. */
function seqIn(lastEventId: string | string[] | undefined): number | undefined {
  const [, seq] = /^\d{1,9}\.(\d{1,9})$/.exec(String(lastEventId)) ?? [];
  return seq === undefined ? undefined : Number(seq);
}

// --- What is open --------------------------------------------------------------------------------

async function watchOpen(shared: Shared, reader: Reader): Promise<Answer> {
  const { gone } = reader.call;
  let end: (error: unknown) => void = () => undefined;
  const seesFor = async (news: OpenNews) => {
    if (news.isForAll) return () => true;
    const actor = await reader.now();
    return (row: StoredRow) => seesRow(row, actor);
  };
  const turns = new InTurn<readonly OpenNews[]>(
    async (all, out) => {
      for (const one of all) {
        const text = one.for(await seesFor(one));
        if (text !== undefined) out.write(text);
      }
    },
    (error) => end(error),
    (earlier, later) => [...earlier, ...later],
  );
  const news = await shared.liveOpen.join((one) => turns.take([one]), gone);
  const first = news.snapshot(await seesFor(news), shared.clock());
  return {
    stream: (out) => {
      end = (error) => out.over(reader.wordsOf(error));
      out.write(first);
      shared.streams.add({ out, isCurrent: () => shared.liveOpen.isCurrent, askAgain: () => reader.askAgain() }, gone);
      turns.begin(out);
    },
  };
}
