/**
 * Owns the verbs of `alert` that speak to the server: send and resolve one, list and show what is
 * known, show what fits no rule. What needs no server is in alerts-offline.ts.
 */
import type { Command } from 'commander';
import type { AlertPage, AlertRow, AlertsTakenAnswer, UnmatchedPage } from '../../contracts/view';
import { createClient } from '../client/client';
import { note, print, type Context } from '../client/context';
import { secretIn } from '../client/credential';
import { CliError, usageError } from '../client/errors';
import { alertLines, alertName, alertTable, sourceTable, takenWords, unmatchedTable } from '../render/alert-lines';
import { addPresets, addTry } from './alerts-offline';
import type { ContextOf } from './commands';

/** `alert send | resolve | list | show | unmatched | presets | try`; also called `alerts`. */
export function addAlertVerbs(program: Command, contextOf: ContextOf): void {
  const noun = program.command('alert').alias('alerts').description('alerts of monitoring tools and scripts');
  addSend(noun, contextOf);
  addResolve(noun, contextOf);
  addListed(noun, contextOf);
  addUnmatched(noun, contextOf);
  addPresets(noun, contextOf);
  addTry(noun, contextOf);
}

// --- Sending -------------------------------------------------------------------------------------

interface SendFlags {
  readonly source: string;
  readonly key?: string;
  readonly service?: string;
  readonly severity?: string;
  readonly text?: string;
  readonly label?: string[];
  readonly runbook?: string;
  readonly url?: string;
}
const several = (value: string, before: string[] = []): string[] => [...before, value];

/** The flags of a verb that sends. */
function addSenderFlags(verb: Command): void {
  verb.option('--source <source>', 'the source of alerts.yaml that sends', 'scripts');
  verb.option('--key <key>', 'the key of the source (MUSTER_ALERT_KEY)');
}

function addSend(noun: Command, contextOf: ContextOf): void {
  const verb = noun.command('send').description('say that something is wrong; the same key again is the same alert');
  verb.argument('<key>', 'the identity of the alert, such as backup/db-2').argument('<title>', 'what people are told');
  addSenderFlags(verb);
  verb.option('--service <service>', 'the service that it is about');
  verb.option('--severity <word>', 'a level, or a word that alerts.yaml knows');
  verb.option('--text <text>', 'more about it');
  verb.option('--label <name=value>', 'a label that rules may ask for; repeat for each', several);
  verb.option('--runbook <url>', 'what to do').option('--url <url>', 'where to look');
  verb.addHelpText(
    'after',
    '\n  $ muster alert send backup/db-2 "The backup of db-2 failed" --service payments --severity P2\n' +
      '  $ muster alert resolve backup/db-2',
  );
  verb.action((key: string, title: string) => {
    const { label = [], key: _, source: __, ...words } = verb.opts<SendFlags>();
    const labels = Object.fromEntries(label.map(labelOf));
    const body = { key, title, state: 'firing' as const, ...words, ...(label.length > 0 ? { labels } : {}) };
    return send(contextOf(verb), verb.opts<SendFlags>(), body, takenWords);
  });
}

function addResolve(noun: Command, contextOf: ContextOf): void {
  const verb = noun.command('resolve').description('say that an alert has ended');
  verb.argument('<key>', 'the key with which it was sent');
  addSenderFlags(verb);
  verb.addHelpText('after', '\n  $ muster alert resolve backup/db-2 --source scripts');
  verb.action((key: string) =>
    send(contextOf(verb), verb.opts<SendFlags>(), { key, state: 'resolved' }, () => 'ends, if it fires'),
  );
}

function labelOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`--label is "${text}"; expected NAME=VALUE, such as --label host=db-2`);
  return [text.slice(0, at), text.slice(at + 1)];
}

async function send(
  context: Context,
  flags: SendFlags,
  body: { readonly key: string; readonly state: 'firing' | 'resolved' },
  says: (answer: AlertsTakenAnswer) => string,
): Promise<void> {
  const { io, client } = context;
  if (body.key.trim() === '') throw usageError('KEY is empty; expected a name such as backup/db-2');
  // A script sends, and nobody acts: nobody is asked who they are.
  const sender = createClient({ url: client.base, headers: client.headers, signal: io.signal });
  const path = `/v1/alerts/${encodeURIComponent(flags.source)}`;
  const answer = await sender.post<AlertsTakenAnswer>(path, body, bearer(io.env, flags.key), { harmless: true });
  const { alerts, unmatched = 0, because = [], unread = [] } = answer.body;
  await print(context, answer, {
    lines: () => (alerts === unmatched ? [] : [`${flags.source}/${body.key} ${says(answer.body)}`]),
    names: () => [`${flags.source}/${body.key}`],
  });
  const { level, levelBecause } = answer.body.decision ?? {};
  if (flags.severity !== undefined && level !== undefined && level.toLowerCase() !== flags.severity.toLowerCase())
    note(io, `its level is ${level}: ${levelBecause}`);
  if (unread.length > 0) throw new CliError('refused', `the server could not read it: ${unread.join('; ')}`);
  if (unmatched > 0) throw new CliError('refused', `nobody is woken: ${because.join('; ')}`);
}

function bearer(env: Context['io']['env'], flag: string | undefined): Record<string, string> {
  const key = flag ?? secretIn('MUSTER_ALERT_KEY', env) ?? '';
  if (key === '') return {};
  if (!/^[\x21-\x7e]+$/.test(key))
    throw usageError('the key (--key or MUSTER_ALERT_KEY) holds blanks or letters that no header can carry');
  return { authorization: `Bearer ${key}` };
}

// --- Reading -------------------------------------------------------------------------------------

interface ListFlags {
  readonly source?: string;
  readonly service?: string;
  readonly incident?: string;
  readonly firing?: boolean;
  readonly limit?: string;
  readonly cursor?: string;
}

function addListed(noun: Command, contextOf: ContextOf): void {
  const list = noun.command('list', { isDefault: true }).alias('ls');
  list.description('what fires, and what ended within a day; the latest first');
  list.option('--source <source>', 'only of this source').option('--service <service>', 'only about this service');
  list.option('--incident <id>', 'only those that this incident has').option('--firing', 'only what fires');
  list.option('--limit <count>', 'at most this many, 1 to 500').option('--cursor <cursor>', 'the next page');
  list.addHelpText('after', '\n  $ muster alerts list --firing --service payments');
  list.action(async () => {
    const context = contextOf(list);
    const { firing, ...query } = list.opts<ListFlags>();
    const state = firing ? 'firing' : undefined;
    const answer = await context.client.get<AlertPage>('/v1/alerts', { ...query, state });
    const { items, counts, next } = answer.body;
    await print(context, answer, {
      lines: () => (items.length === 0 ? [] : alertTable(items, context.io.now(), context.layout)),
      names: () => items.map(alertName),
    });
    const all = firing ? counts.firing : counts.firing + counts.resolved;
    if (items.length === 0) note(context.io, firing ? 'nothing fires' : 'no alerts');
    else if (next !== null) note(context.io, `${items.length} of ${all}; more: --cursor ${next}`);
  });

  const show = noun.command('show').description('one alert');
  show.argument('<id>', 'SOURCE/KEY, as in the list');
  show.action(async (id: string) => {
    const context = contextOf(show);
    const row = await alertNamed(context, id);
    await print(
      context,
      { text: JSON.stringify(row), body: row },
      { lines: () => alertLines(row, context.io.now(), context.layout), names: () => [alertName(row)] },
    );
  });
}

async function alertNamed({ client }: Context, id: string): Promise<AlertRow> {
  const at = id.indexOf('/');
  if (at < 1) throw usageError(`"${id}" is no alert; expected SOURCE/KEY, as \`muster alerts list -o name\` shows`);
  const { body } = await client.get<AlertPage>('/v1/alerts', { source: id.slice(0, at), key: id.slice(at + 1) });
  const found = body.items.find((row) => alertName(row) === id);
  if (found !== undefined) return found;
  throw new CliError('notFound', `no alert ${id} is known to you; what has ended is known for a day`);
}

function addUnmatched(noun: Command, contextOf: ContextOf): void {
  const verb = noun.command('unmatched').description('what fits no rule or cannot be read, and what each source sent');
  verb.action(async () => {
    const context = contextOf(verb);
    const answer = await context.client.get<UnmatchedPage>('/v1/alerts/unmatched');
    const { items, sources } = answer.body;
    const { io, layout, format } = context;
    await print(context, answer, {
      lines: () => [
        ...(items.length === 0 ? [] : [...unmatchedTable(items, io.now(), layout), '']),
        ...sourceTable(sources, io.now(), layout),
      ],
      names: () => items.map(({ source, key }) => `${source}/${key}`),
    });
    if (format !== 'table' && format !== 'wide') return;
    const all = sources.reduce((sum, { unmatched }) => sum + unmatched, 0);
    if (items.length === 0) note(io, noneUnmatched(all));
    else {
      if (all > items.length) note(io, `the latest ${items.length} of ${all}; older ones are only counted, by source`);
      note(io, 'Where would one lead? Save its body: muster alerts try SOURCE FILE');
    }
  });
}

function noneUnmatched(all: number): string {
  return all === 0
    ? 'every alert fitted a rule, or a service of services.yaml'
    : `none is shown any more; ${all} were counted, by source`;
}
