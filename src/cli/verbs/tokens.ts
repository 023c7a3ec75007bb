/**
 * Owns the verbs of `token`: make, list, rotate and revoke tokens, and make what signs somebody in
 * once. A secret is the only thing on standard output, for scripts; remarks go beside it.
 */
import type { Command } from 'commander';
import type { CommandSpec } from '../../contracts/command-table';
import { createTokenOrder, loginLinkOrder, rotateTokenOrder } from '../../contracts/token-orders';
import type { LoginLink, NewToken, TokenRow } from '../../contracts/view';
import { bodyFromFlags } from '../client/body';
import { note, print, type Context } from '../client/context';
import { usageError } from '../client/errors';
import { eachInTurn } from '../client/several';
import { tokenTable, untilWords } from '../render/token-lines';
import { localTime } from '../terminal/format';
import { cleanLine } from '../terminal/text';
import { addFlag, addSending, flagsOf, headers, naming, type ContextOf, type Send } from './commands';

interface Page<Row> {
  readonly items: readonly Row[];
}
type Fields = CommandSpec['fields'];

/** Of somebody else: one's own is made by `login --page`. */
const linkOrder = {
  ...loginLinkOrder,
  fields: { person: { ...loginLinkOrder.fields.person, required: true } },
} as const satisfies Pick<CommandSpec, 'about' | 'fields'>;

export function addTokens(program: Command, contextOf: ContextOf): void {
  const noun = program.command('token').alias('tokens').description('tokens by which people and programs sign in');
  noun.addHelpText(
    'after',
    '\n  $ muster token create laptop' +
      '\n  $ muster token create deploys --ci --may mark-deployed --may comment --service payments',
  );
  const list = noun.command('list', { isDefault: true }).alias('ls').description('your tokens');
  list.option('--all', 'also those of others; needs an admin').option('--past', 'also those that are over');
  list.action(() => listTokens(contextOf(list), list.opts()));

  const create = orderVerb(noun, 'create', createTokenOrder);
  create.usage('NAME [options]').argument('[words...]', 'NAME: of the token, such as laptop');
  create.action(async (words: string[]) => {
    const body = bodyFromFlags(createTokenOrder, words, flagsOf(create, Object.entries(createTokenOrder.fields)));
    await make(contextOf(create), '/v1/tokens', body, create.opts<Send>(), createTokenOrder.fields);
  });

  const rotate = orderVerb(noun, 'rotate', rotateTokenOrder);
  rotate.argument('<id>', 'such as k3x9...; `token list` shows them');
  rotate.action(async (id: string) => {
    const body = bodyFromFlags(rotateTokenOrder, [], flagsOf(rotate, Object.entries(rotateTokenOrder.fields)));
    const path = `/v1/tokens/${encodeURIComponent(id)}/rotate`;
    await make(contextOf(rotate), path, body, rotate.opts<Send>(), rotateTokenOrder.fields);
  });

  const revoke = noun.command('revoke').alias('rm').description('end tokens: they are over with the next request');
  revoke.argument('[ids...]', '`token list` shows them');
  revoke.option('--all-of <person>', 'all of this person, such as yourself when a machine is lost');
  revoke.action(async (ids: string[]) => {
    const context = contextOf(revoke);
    const { allOf } = revoke.opts<{ allOf?: string }>();
    if (ids.length > 0 === (allOf !== undefined)) throw usageError('say ids of tokens, or --all-of PERSON');
    if (allOf !== undefined) return revokeAllOf(context, allOf);
    await eachInTurn(context, ids, (id) => revokeToken(context, id));
  });

  const link = orderVerb(noun, 'link', linkOrder);
  link.usage('PERSON [options]').argument('[words...]', 'PERSON: whom it signs in');
  link.action(async (words: string[]) => {
    const body = bodyFromFlags(linkOrder, words, flagsOf(link, Object.entries(linkOrder.fields)));
    await makeLink(contextOf(link), body, link.opts<Send>());
  });

  const drop = noun.command('drop-first-admin').description('take away what the code of the first admin gave');
  drop.addHelpText('after', '\nFrom then on access.yaml alone says who is an admin, so it has to name one before.');
  drop.action(() => dropFirstAdmin(contextOf(drop)));
}

async function dropFirstAdmin({ client, io }: Context): Promise<void> {
  await client.remove('/v1/first-admin');
  note(io, 'the code of the first admin gives nothing any more; access.yaml says who is an admin');
}

function orderVerb(noun: Command, name: string, { about, fields }: Pick<CommandSpec, 'about' | 'fields'>): Command {
  const verb = noun.command(name).description(about);
  for (const [field, spec] of Object.entries(fields)) addFlag(verb, field, spec);
  addSending(verb, false);
  return verb;
}

async function listTokens(
  context: Context,
  { all, past }: { readonly all?: boolean; readonly past?: boolean },
): Promise<void> {
  const { client, io, layout } = context;
  const answer = await client.get<Page<TokenRow>>('/v1/tokens', { all, past });
  const { items } = answer.body;
  await print(context, answer, {
    lines: () => (items.length === 0 ? [] : tokenTable(items, io.now(), layout)),
    names: () => items.map(({ id }) => id),
  });
  if (items.length === 0) note(io, 'there are none; `muster token create NAME` makes one');
}

async function make(context: Context, path: string, body: object, send: Send, fields: Fields): Promise<void> {
  const { client, io } = context;
  const answer = await naming({ fields }, () => client.post<NewToken>(path, body, headers(send)));
  const { token, id, kind, owner, name } = answer.body;
  await print(context, answer, { lines: () => [token], names: () => [token] });
  const whose = kind === 'ci' ? `of the program ci.${name}` : `${name} of ${owner}`;
  note(io, `${id}, ${cleanLine(whose)}, until ${untilWords(answer.body, io.now())}; it is shown once`);
}

async function revokeToken(context: Context, id: string): Promise<void> {
  const { client, io } = context;
  const answer = await client.remove<TokenRow>(`/v1/tokens/${encodeURIComponent(id)}`);
  const { body } = answer;
  await print(context, answer, {
    lines: () => [`${body.id} ${untilWords(body, io.now())}`],
    names: () => [body.id],
  });
}

async function revokeAllOf(context: Context, person: string): Promise<void> {
  const { client, io, layout } = context;
  const answer = await client.remove<Page<TokenRow>>(`/v1/people/${encodeURIComponent(person)}/tokens`);
  const { items } = answer.body;
  await print(context, answer, {
    lines: () => (items.length === 0 ? [] : tokenTable(items, io.now(), layout)),
    names: () => items.map(({ id }) => id),
  });
  if (items.length === 0) note(io, `no token of ${cleanLine(person)} counted`);
}

async function makeLink(context: Context, body: object, send: Send): Promise<void> {
  const { client, io } = context;
  const { fields } = loginLinkOrder;
  const answer = await naming({ fields }, () => client.post<LoginLink>('/v1/login-links', body, headers(send)));
  const { secret, person, url, expiresAt } = answer.body;
  await print(context, answer, { lines: () => [secret], names: () => [secret] });
  const until = localTime(Date.parse(expiresAt), io.now(), { date: true });
  note(io, `signs ${cleanLine(person)} in, once, until ${until}: muster login --server ${client.base}, then paste it;`);
  note(io, `or with a browser: ${cleanLine(url)}`);
}
