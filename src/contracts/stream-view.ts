/**
 * Owns what GET /v1/stream sends: the events, which are text/event-stream, and what the data of
 * each says. The API sends them, the pages and the command line read them.
 */
import { z } from 'zod';
import { processViewSchema } from './process-view';
import { timelineEntrySchema } from './view';
import { instantText } from './view-words';

const at = instantText.describe('when the server said so');

const processNewsSchema = z
  .object({
    at,
    process: processViewSchema,
    entries: z
      .array(timelineEntrySchema)
      .describe('what came after the entry that Last-Event-ID names, oldest first; without it the newest 20'),
    names: z.record(z.string(), z.string()).describe('by id, of the people whom process and entries name by id alone'),
  })
  .meta({
    id: 'ProcessNews',
    description: 'event `process`: how the process stands. Its id is REVISION.SEQ, where SEQ is the newest entry',
  });

const openNewsSchema = z
  .object({
    at,
    changed: z
      .array(z.string())
      .describe('ids of what is open anew, has changed or is no longer open; empty in the first event'),
  })
  .meta({ id: 'OpenNews', description: 'event `open`: what is open has changed. Its id says what is open' });

const aliveSchema = z
  .object({ at })
  .meta({ id: 'Alive', description: 'event `alive`, every 10 s: what was sent last is still how things stand' });

const overSchema = z
  .object({ because: z.string().describe('why nothing more comes, in words') })
  .meta({ id: 'StreamOver', description: 'event `over`: the last one; whoever asked may not read on' });

/** The events by name, with what their data says. */
export const streamEvents = {
  process: processNewsSchema,
  open: openNewsSchema,
  alive: aliveSchema,
  over: overSchema,
} as const;

export type StreamEventName = keyof typeof streamEvents;
/** A process as it is now, and the entries that are new to whoever listens. */
export type ProcessEvent = z.infer<typeof processNewsSchema>;
/** What is open has changed. */
export type OpenEvent = z.infer<typeof openNewsSchema>;
export type OverEvent = z.infer<typeof overSchema>;
