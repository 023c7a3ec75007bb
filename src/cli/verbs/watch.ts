/**
 * Owns `watch`. On a terminal: the page of a process, redrawn when it changes and every second for
 * its clocks. In a pipe: one line for each timeline entry. Says when the shown state is stale.
 */
import type { ProcessView, TimelineEntry } from '../../contracts/view';
import { printLines, note, screenWidth, type Context } from '../client/context';
import { CliError } from '../client/errors';
import { endsProcess, follow, fromTheBeginning, isOver } from '../client/follow';
import { duration, localTime } from '../terminal/format';
import type { Io } from '../terminal/io';
import { timelineLine } from '../render/list-lines';
import { processLines } from '../render/process-lines';
import { endingWords } from '../render/standing-lines';
import { within } from '../../time-limit';
import { clean, cut, pad, safeJson } from '../terminal/text';

export function watch(context: Context, path: string): Promise<void> {
  const { io, format } = context;
  const screen = io.stdout.isTTY === true && io.env['TERM'] !== 'dumb' && (format === 'table' || format === 'wide');
  return screen ? watchOnScreen(context, path) : watchInPipe(context, path);
}

async function watchInPipe(context: Context, path: string): Promise<void> {
  const { io, client } = context;
  // An error on the first read ends the run; later errors are retried.
  await client.get<ProcessView>(path);
  const lineOf = await entryWriter(context);
  let troubled = false;
  for await (const news of follow(client, path, io.signal, fromTheBeginning)) {
    if ('trouble' in news) {
      if (!troubled) note(io, `${news.trouble.message}; reconnecting`);
      troubled = true;
      continue;
    }
    if (troubled) note(io, 'connected again');
    troubled = false;
    if ('isAlive' in news) continue;
    printLines(io, news.entries.map(lineOf));
    if (news.entries.some(endsProcess)) return;
    refuseWhenEnded(news.view);
  }
  throw new CliError('interrupted', 'interrupted');
}

// Of an end in Temporal the timeline says nothing, and nothing comes after it.
function refuseWhenEnded({ id, ended }: ProcessView): void {
  if (ended === undefined) return;
  throw new CliError('failed', `${id} was ${endingWords(ended.how)}: nothing more comes`);
}

// One entry as text: a line; in YAML a document.
async function entryWriter({ io, format }: Context): Promise<(entry: TimelineEntry) => string> {
  if (format === 'table' || format === 'wide') return (entry) => timelineLine(entry, io.now());
  if (format !== 'yaml') return (entry) => safeJson(JSON.stringify(entry));
  const { stringify } = await import('yaml');
  return (entry) => `---\n${clean(stringify(entry)).trimEnd()}`;
}

// --- On a screen ---------------------------------------------------------------------------------

interface Picture {
  view: ProcessView;
  /** When the server last answered. */
  heardAt: number;
  trouble?: CliError | undefined;
  /** Number of the first line that is shown. */
  from: number;
}

async function watchOnScreen(context: Context, path: string): Promise<void> {
  const { io, client } = context;
  const picture: Picture = { view: (await client.get<ProcessView>(path)).body, heardAt: io.now(), from: 0 };
  const left = new AbortController();
  const draw = () => io.stdout.write(frame(context, picture));
  const close = openScreen(io, draw, (key) => {
    if (key === 'q' || key === '\u0003') return left.abort(key);
    const step = { j: 1, '\u001b[B': 1, k: -1, '\u001b[A': -1, ' ': 15, '\u001b[6~': 15, '\u001b[5~': -15 }[key];
    if (step === undefined) return;
    picture.from = Math.max(0, picture.from + step);
    draw();
  });
  try {
    draw();
    await within(Infinity, [io.signal, left.signal], async (signal) => {
      for await (const news of follow(client, path, signal)) {
        picture.trouble = 'trouble' in news ? news.trouble : undefined;
        if (!('trouble' in news)) picture.heardAt = io.now();
        if ('view' in news) picture.view = news.view;
        draw();
      }
    });
  } finally {
    close();
  }
  if (left.signal.reason !== 'q') throw new CliError('interrupted', 'interrupted');
}

/** Opens the alternate screen with keys; the returned function restores the terminal. */
function openScreen(io: Io, draw: () => void, onKey: (key: string) => void): () => void {
  const { stdout, stdin } = io;
  const raw = stdin?.isTTY === true && stdin.setRawMode !== undefined;
  stdout.write('\u001b[?1049h\u001b[?25l');
  stdout.on?.('resize', draw);
  if (raw) {
    stdin.setRawMode?.(true);
    stdin.setEncoding('utf8');
    stdin.on('data', onKey);
    stdin.resume();
  }
  // Clocks on the page run on without news.
  const tick = setInterval(draw, 1000);
  return () => {
    clearInterval(tick);
    stdout.off?.('resize', draw);
    if (raw) {
      stdin.off('data', onKey);
      stdin.setRawMode?.(false);
      stdin.pause();
    }
    stdout.write('\u001b[?25h\u001b[?1049l');
  };
}

/** One screenful: the page from `picture.from` on, and a line that says how fresh it is. */
function frame(context: Context, picture: Picture): string {
  const { io, layout, style } = context;
  const now = io.now();
  const columns = screenWidth(io);
  const rows = Math.max(5, io.stdout.rows ?? 24) - 1;
  const page = processLines(picture.view, now, { ...layout, width: columns });
  picture.from = Math.max(0, Math.min(picture.from, page.length - rows));
  const below = Math.max(0, page.length - rows - picture.from);
  const shown = page.slice(picture.from, picture.from + rows);
  const keys = `q quits${below > 0 ? `, space goes on (${below} more lines)` : ''}`;
  const fresh = picture.trouble
    ? `STALE by ${duration(now - picture.heardAt)}, reconnecting: ${picture.trouble.message}`
    : `${isOver(picture.view) ? 'ended' : 'live'}, heard at ${localTime(picture.heardAt, now, { seconds: true })}`;
  const bar = style(picture.trouble ? 'bad' : 'dim', pad(cut(`${fresh}   ${keys}`, columns - 1), columns - 1));
  const filled = [...shown, ...Array.from({ length: rows - shown.length }, () => '')];
  return `\u001b[H${filled.map((line) => `${line}\u001b[K`).join('\r\n')}\r\n${bar}\u001b[K\u001b[J`;
}
