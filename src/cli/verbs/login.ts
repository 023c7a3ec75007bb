/**
 * Owns `login` and `logout`: a token, or what counts once for a token, becomes the token that this
 * machine keeps for one server.
 */
import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { Me, NewToken } from '../../contracts/view';
import { loginOrder } from '../../contracts/token-orders';
import { createClient } from '../client/client';
import { note, type CommonFlags, type Context } from '../client/context';
import { checkedToken, forgetToken, keepToken, keptToken } from '../client/credential';
import { CliError, usageError } from '../client/errors';
import { ask, canAsk } from '../terminal/ask';
import { readAll } from '../terminal/read-all';
import { cleanLine } from '../terminal/text';
import { naming, type ContextOf } from './commands';

interface Flags {
  readonly name?: string;
}

export function addLogin(program: Command, contextOf: ContextOf): void {
  const login = program
    .command('login')
    .description('sign in on this machine, by a token, a one-time secret of an admin, or the code of the first admin');
  login.option('--name <name>', 'with what counts once: the name of the new token (default that of this machine)');
  login.addHelpText(
    'after',
    '\nPaste it when asked, or send it by standard input: what stands on the command line, others may see.' +
      '\nWith the code of the first admin, say who you are: --as PERSON.' +
      '\n\n  $ muster login --server https://muster.example.org',
  );
  login.action(async () => {
    const context = contextOf(login);
    const { as } = login.optsWithGlobals<CommonFlags>();
    await signIn(context, await secretFrom(context), as, login.opts<Flags>().name);
  });
  const logout = program.command('logout').description('forget the token for this server, and end it');
  logout.action(() => signOut(contextOf(logout)));
}

async function secretFrom({ io }: Context): Promise<string> {
  const said = canAsk(io)
    ? await ask(io, 'Your token, one-time secret or code (not shown): ', { isSecret: true })
    : (await readAll(io)).trim();
  if (io.signal.aborted) throw new CliError('interrupted', 'interrupted');
  const secret = checkedToken(said || undefined);
  if (secret === undefined) throw usageError('nothing was pasted; ask an admin for a token or a one-time secret');
  return secret;
}

const countsOnce = /^mus_once_|^[a-z]{4}(-[a-z]{4}){4}$/i;

async function signIn(context: Context, secret: string, person: string | undefined, name?: string): Promise<void> {
  const { io, client } = context;
  const token = countsOnce.test(secret) ? await tokenFor(context, secret, person, name ?? ownName()) : secret;
  const asOwner = createClient({ url: client.base, token, signal: io.signal });
  const { id, via } = (await asOwner.get<Me>('/v1/me')).body;
  if (via === 'loopback')
    throw new CliError('failed', `${client.base} asks nobody to sign in; \`muster whoami --set PERSON\` says who acts`);
  const file = keepToken(client.base, token, io);
  note(io, `signed in at ${client.base} as ${cleanLine(id)}; ${file} keeps the token, for you alone`);
}

// Nobody is signed in yet: the secret says it all.
async function tokenFor({ client, io }: Context, secret: string, person: string | undefined, name: string) {
  const { fields } = loginOrder;
  const named = { ...fields, person: { ...fields.person, flag: 'as' } };
  const body = { secret, name, ...(secret.startsWith('mus_once_') || person === undefined ? {} : { person }) };
  const stranger = createClient({ url: client.base, signal: io.signal });
  const answer = await naming({ fields: named }, () => stranger.post<NewToken>('/v1/logins', body, {}));
  return answer.body.token;
}

function ownName(): string {
  const name = hostname()
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return name.slice(0, 60) || 'cli';
}

async function signOut({ io, client }: Context): Promise<void> {
  const token = keptToken(client.base, io);
  if (token === undefined) return note(io, `nobody was signed in at ${client.base}`);
  const [, id] = /^mus_(?:pat|ci)_([a-z0-9]+)\./.exec(token) ?? [];
  forgetToken(client.base, io);
  if (id === undefined) return note(io, `this machine keeps no key for ${client.base} any more; the key goes on`);
  try {
    await createClient({ url: client.base, token, signal: io.signal }).remove(`/v1/tokens/${id}`);
    note(io, `signed out at ${client.base}; the token is over`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    note(io, `signed out at ${client.base}, but the token may go on: ${error.message}`);
  }
}
