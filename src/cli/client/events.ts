/**
 * Owns how server-sent events are read from an answer. Removes everything from them that could
 * control a terminal. Knows nothing of what they say.
 */
import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { cleanDeep } from '../terminal/text';

export interface Heard {
  readonly event: string;
  /** The id of this event. */
  readonly id: string | undefined;
  readonly data: unknown;
}

/**
 * The events of `answer` as they come, until it ends. Throws what `failed` makes of a connection
 * that is lost, or on which nothing comes for `silenceMs`.
 */
export async function* eventsIn(
  answer: IncomingMessage,
  silenceMs: number,
  failed: (cause: unknown) => Error,
): AsyncGenerator<Heard, void> {
  const heard: Heard[] = [];
  const parser = createParser({
    onEvent: ({ event = 'message', id, data }) => heard.push({ event, id, data: cleanDeep(JSON.parse(data)) }),
  });
  answer.setTimeout(silenceMs, () => answer.destroy(new Error(`nothing was heard for ${silenceMs / 1000} s`)));
  try {
    for await (const chunk of answer.setEncoding('utf8')) {
      parser.feed(chunk as string);
      yield* heard.splice(0);
    }
  } catch (error) {
    throw failed(error);
  } finally {
    answer.destroy();
  }
}
