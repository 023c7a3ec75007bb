/**
 * Owns how the page asks the API: a request with a key is sent again under the same key while no
 * answer comes, so a command that was given on a bad line is carried out once.
 */
import type { Outcome, Request } from '../around';

/** Pauses between tries, in ms: with the answers waited for, a minute and a half at most. */
const pauses = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
/** How long an answer is waited for. */
const answerMs = 15_000;

interface Way {
  readonly root: string;
  /** Who acts, where nobody has to sign in. */
  readonly actor?: string | undefined;
  /** Says how often the request was sent without an answer; 0: it has one. */
  readonly onTry: (unanswered: number) => void;
}

/** Sends `request`. Never rejects: that no answer came is an outcome. */
export async function send(request: Request, { root, actor, onTry }: Way): Promise<Outcome> {
  const { method = 'POST', path, body, key } = request;
  const again = key !== undefined || method === 'GET';
  for (let tries = 0; ; tries += 1) {
    const answer = await ask(`${root}${path}`, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
        ...(actor === undefined || method === 'GET' ? {} : { 'Muster-Actor': actor }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const pause = pauses[tries];
    if (answer !== undefined && (!isPassing(answer.status) || !again || pause === undefined)) {
      onTry(0);
      return outcomeOf(answer);
    }
    if (!again || pause === undefined) {
      onTry(0);
      return { ok: false, because: noAnswer(again) };
    }
    onTry(tries + 1);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

const noAnswer = (again: boolean) =>
  again
    ? 'Muster did not answer. Whether it was done is not known; the same button sends it once more, and it counts once.'
    : 'Muster did not answer. Whether it was done is not known: load the page again to see.';

// The server, or what stands before it, is away or busy for now.
function isPassing(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

interface Arrived {
  readonly status: number;
  readonly body: unknown;
}

async function ask(url: string, init: RequestInit): Promise<Arrived | undefined> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), answerMs);
  try {
    const response = await fetch(url, { ...init, signal: limit.signal });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  } catch {
    // No connection, no answer in time, or an answer of something that is not Muster.
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function outcomeOf({ status, body }: Arrived): Outcome {
  if (status < 400) return { ok: true, body };
  const { detail, errors } = (body ?? {}) as { detail?: string; errors?: { path: string; message: string }[] };
  return {
    ok: false,
    because: detail ?? `Muster answered ${status}`,
    ...(errors === undefined ? {} : { errors }),
  };
}
