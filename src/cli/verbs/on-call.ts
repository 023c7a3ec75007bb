/**
 * Owns the verbs of on-call: who is on call, the rota, and overrides. Knows which route each verb
 * asks; the API decides what is allowed.
 */
import type { Command } from 'commander';
import { addOverrideOrder } from '../../contracts/on-call-orders';
import { readTime, showInstants } from '../../contracts/instant-text';
import type { OnCallView, OverrideRow, Page, RotasView } from '../../contracts/view';
import { bodyFromFlags } from '../client/body';
import { note, print, whoActs, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import { farEnd, onCallTable, overrideLines, overrideTable, rotaLines } from '../render/on-call-lines';
import { addFlag, addSending, flagsOf, headers, naming, type ContextOf, type Send } from './commands';
import { fromNowText, isTimeOfDay, typedTime, zonedClock } from '../client/when';
import { given } from '../../given';

const examples = [
  'muster oncall',
  'muster oncall --to 14d',
  'muster oncall take --until 18:00 --as tomas',
  'muster oncall override add travel-primary omar --from 2026-12-24 --to 2026-12-27',
];

/** `oncall` with `take` and `override`. */
export function addOnCallVerbs(program: Command, contextOf: ContextOf): void {
  const noun = program.command('oncall').alias('on-call').description('who is on call: now, at an instant, the rota');
  noun.addHelpText('before', `${examples.map((example) => `  $ ${example}`).join('\n')}\n`);
  noun.addHelpText(
    'after',
    '\nTimes are read and shown on the clock of calendar.yaml: 18:00 is the next one, 2026-12-24 its midnight; 2h and 2w count from now.',
  );
  addShow(noun, contextOf);
  addTake(noun, contextOf);
  addOverrideVerbs(noun, contextOf);
}

// --- Reading -------------------------------------------------------------------------------------

type ShowFlags = Readonly<Partial<Record<'at' | 'from' | 'to' | 'schedule' | 'person', string>>>;

function addShow(noun: Command, contextOf: ContextOf): void {
  const show = noun
    .command('show', { isDefault: true })
    .description('who is on call now; with --from, --to, --schedule or --person the rota, hand-off by hand-off');
  show.option('--at <instant>', 'who is on call at this instant, such as 18:00, 2h or 2026-12-24T09:00');
  show
    .option('--from <instant>', 'the beginning of the rota (default now)')
    .option('--to <instant>', 'the end of the rota (default two weeks later)');
  show
    .option('--schedule <schedule>', 'only this schedule')
    .option('--person <person>', 'only the shifts of this person');
  show.action(async () => {
    const context = contextOf(show);
    const { at, ...rota } = show.opts<ShowFlags>();
    if (Object.values(rota).every((value) => value === undefined)) return showNow(context, at);
    if (at !== undefined) throw usageError('--at is for one instant; --from and --to are for a rota');
    return showRota(context, rota);
  });
}

async function showNow(context: Context, at: string | undefined): Promise<void> {
  const { client, io, layout } = context;
  const answer = await client.get<OnCallView>('/v1/on-call', at === undefined ? {} : { at: await timeOf(context, at) });
  const { slots, schedules } = answer.body;
  const people = [...slots, ...schedules].flatMap((one) => one.people.map(({ person }) => person));
  const empty = slots.length === 0 && schedules.length === 0;
  await print(context, answer, {
    lines: () => (empty ? [] : onCallTable(answer.body, io.now(), layout)),
    names: () => [...new Set(people)],
  });
  if (empty) note(io, 'no team has anybody on call: services.yaml and on-call.yaml say who');
  else if (at !== undefined) note(io, `as of ${zonedClock(answer.body.zone, io.now())(Date.parse(answer.body.at))}`);
}

async function showRota(context: Context, { from, to, schedule, person }: ShowFlags): Promise<void> {
  const { client, io, layout } = context;
  const begins = from === undefined ? undefined : await timeOf(context, from);
  const ends = to === undefined ? undefined : await timeOf(context, to, begins);
  const answer = await client.get<RotasView>('/v1/on-call/shifts', { from: begins, to: ends, schedule, person });
  const { items } = answer.body;
  const { zone } = await onCallNow(context);
  await print(context, answer, {
    lines: () =>
      items.flatMap((rota, index) => [...(index > 0 ? [''] : []), ...rotaLines(rota, zone, io.now(), layout)]),
    names: () => items.map((rota) => rota.schedule),
  });
  if (person !== undefined) return noteAlways(context, person, items.length === 0);
  if (items.length === 0) note(io, 'there are no schedules: on-call.yaml has them');
}

/**
 * A person who is on call by name, without a schedule, has no shifts. The note says so, so that
 * nobody takes an empty rota for a free night.
 */
async function noteAlways(context: Context, person: string, without: boolean): Promise<void> {
  const { io } = context;
  const { slots } = await onCallNow(context);
  const always = slots
    .filter(({ schedule, people }) => schedule === null && people.some((one) => one.person === person))
    .map(({ slot, team, service }) => `${slot} of ${service ?? team}`);
  if (always.length > 0) note(io, `${person} is on call always, by name: ${always.join(', ')}`);
  else if (without) note(io, `${person} has no shift in that time`);
}

const asked = new WeakMap<Context, Promise<OnCallView>>();

/** Who is on call now, and the zone in which typed times are read: asked once a run. */
function onCallNow(context: Context): Promise<OnCallView> {
  const answer = asked.get(context) ?? context.client.get<OnCallView>('/v1/on-call').then(({ body }) => body);
  asked.set(context, answer);
  return answer;
}

/**
 * `text` as the API takes it. A time of day becomes the next such time, after `after` if given, on
 * the clock of the calendar. `2h` stays unchanged, so that a repeated order has the same body.
 */
async function timeOf(context: Context, text: string, after?: string): Promise<string> {
  const now = context.io.now();
  if (fromNowText(text, now) !== undefined) return text;
  if (!isTimeOfDay(text)) return typedTime(text, now, 'UTC');
  const { zone } = await onCallNow(context);
  if (after === undefined) return typedTime(text, now, zone);
  const begins = readTime(fromNowText(after, now) ?? after);
  // `after` is no instant; the API reports the error.
  if (begins === undefined) return typedTime(text, now, zone);
  // `after` is a wall-clock time, so both are compared on the same wall clock, whatever its offset.
  return begins.kind === 'local' ? typedTime(text, now, 'UTC', begins.wall) : typedTime(text, now, zone, begins.at);
}

// --- Overrides -----------------------------------------------------------------------------------

type TakeFlags = Readonly<Partial<Record<'until' | 'from' | 'schedule' | 'reason', string>>> & Send;

/** The same fields, under the names that `take` gives them. */
const takeFields = {
  ...addOverrideOrder.fields,
  person: { ...addOverrideOrder.fields.person, flag: 'as' },
  to: { ...addOverrideOrder.fields.to, flag: 'until' },
};

function addTake(noun: Command, contextOf: ContextOf): void {
  const take = noun.command('take').description('be on call yourself, from now or --from until --until');
  take.requiredOption(
    '--until <instant>',
    'until when, such as 18:00, 2h or 2026-12-24T09:00, on the clock of calendar.yaml',
  );
  take.option('--from <instant>', 'from when (default now)');
  take.option('--schedule <schedule>', 'on which schedule (default: the one on which you take turns)');
  take.option('--reason <short>', 'why');
  addSending(take, false);
  take.action(async () => {
    const context = contextOf(take);
    const { until = '', from, schedule, reason, ...send } = take.opts<TakeFlags>();
    const person = await whoActs(context);
    const begins = from === undefined ? undefined : await timeOf(context, from);
    await order(
      context,
      '/v1/on-call/overrides',
      {
        schedule: schedule ?? (await onlySchedule(context, person)),
        person,
        to: await timeOf(context, until, begins),
        ...given({ from: begins, reason }),
      },
      send,
      takeFields,
      until,
    );
  });
}

async function onlySchedule(context: Context, person: string): Promise<string> {
  const { schedules } = await onCallNow(context);
  const own = schedules.filter(({ participants }) => participants.some((one) => one.person === person));
  const [only, ...more] = own.length > 0 ? own : schedules;
  if (only === undefined) throw usageError('there are no schedules to take a shift of: on-call.yaml has them');
  if (more.length === 0) return only.id;
  const flags = [only, ...more].map(({ id }) => `--schedule ${id}`).join(' or ');
  throw usageError(
    own.length > 0 ? `you take turns on several schedules; say ${flags}` : `on which schedule? Say ${flags}`,
  );
}

function addOverrideVerbs(noun: Command, contextOf: ContextOf): void {
  const override = noun.command('override').alias('overrides').description('who stands in for whom');
  const { fields } = addOverrideOrder;
  const add = override
    .command('add')
    .description(addOverrideOrder.about)
    .usage('SCHEDULE PERSON --to <instant> [options]');
  add.argument('[words...]', 'SCHEDULE PERSON TO, in this order; or by their flags');
  for (const [name, field] of Object.entries(fields)) addFlag(add, name, field);
  addSending(add, false);
  add.action(async (words: string[]) => {
    const context = contextOf(add);
    const typed = bodyFromFlags(addOverrideOrder, words, flagsOf(add, Object.entries(fields)));
    const { from, to = '', ...body } = typed as Record<string, string | undefined>;
    const begins = from === undefined ? undefined : await timeOf(context, from);
    const times = {
      to: await timeOf(context, to, begins),
      ...given({ from: begins }),
    };
    await order(context, '/v1/on-call/overrides', { ...body, ...times }, add.opts<Send>(), fields, to);
  });

  const remove = override.command('remove').alias('rm').description('remove an override; if it has begun, it ends now');
  remove.argument('<id>', 'such as ov-12; `override list` shows them');
  addSending(remove, false);
  remove.action(async (id: string) => {
    await order(
      contextOf(remove),
      `/v1/on-call/overrides/${encodeURIComponent(id.toLowerCase())}/remove`,
      {},
      remove.opts<Send>(),
      {},
    );
  });

  const list = override.command('list', { isDefault: true }).alias('ls').description('who stands in, now and ahead');
  list.option('--past', 'also the overrides that are over');
  list.action(async () => {
    const context = contextOf(list);
    const { client, io, layout } = context;
    const answer = await client.get<Page<OverrideRow>>('/v1/on-call/overrides', list.opts<{ past?: boolean }>());
    const { items } = answer.body;
    const { zone } = await onCallNow(context);
    await print(context, answer, {
      lines: () => (items.length === 0 ? [] : overrideTable(items, zone, io.now(), layout)),
      names: () => items.map(({ id }) => id),
    });
    if (items.length === 0) note(io, 'nobody stands in for anybody');
  });
}

/** Gives an order and shows its result. `until`: the end as the user typed it. */
async function order(
  context: Context,
  path: string,
  body: object,
  send: Send,
  fields: Parameters<typeof naming>[0]['fields'],
  until = '',
): Promise<void> {
  const { client, io, layout, format } = context;
  // Asked before the order: a failure to read the zone after the order would look like a failed
  // order.
  const { zone } = await onCallNow(context);
  await naming({ fields }, async () => {
    const answer = await client.post<OverrideRow>(path, body, headers(send)).catch((error: unknown) => {
      if (!(error instanceof CliError) || format === 'json') throw error;
      // A refusal names an existing override and its times in UTC.
      const clock = zonedClock(zone, io.now());
      throw new CliError(
        error.exit,
        showInstants(error.message, (at) => clock(Date.parse(at))),
        error.more,
      );
    });
    const row = answer.body;
    await print(context, answer, { lines: () => overrideLines(row, zone, io.now(), layout), names: () => [row.id] });
    const far = isTimeOfDay(until) ? farEnd(row, until, zone, io.now()) : undefined;
    if (far !== undefined) note(io, far);
    if (row.status !== 'over' && (format === 'table' || format === 'wide'))
      note(io, `To take it back: muster oncall override remove ${row.id}${context.again}`);
  });
}
