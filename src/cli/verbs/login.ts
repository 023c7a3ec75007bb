/**
 * Owns `login` and `logout`: a token, what counts once for a token, or a code that somebody
 * confirms in a browser, becomes the token that this machine keeps for one server.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { LoginLink, LoginRequestView, Me, NewToken, SignInWays } from '../../contracts/view';
import { loginOrder, loginRequestOrder } from '../../contracts/token-orders';
import { createClient } from '../client/client';
import { note, print, type CommonFlags, type Context } from '../client/context';
import { checkedToken, forgetToken, keepToken, keptToken } from '../client/credential';
import { CliError, usageError } from '../client/errors';
import { ask, canAsk } from '../terminal/ask';
import { readAll } from '../terminal/read-all';
import { localTime } from '../terminal/format';
import { sleep } from '../terminal/io';
import { cleanLine } from '../terminal/text';
import { naming, type ContextOf } from './commands';

interface Flags {
  readonly name?: string;
  readonly paste?: true;
  readonly browser?: true;
  readonly page?: true;
}

export function addLogin(program: Command, contextOf: ContextOf): void {
  const login = program
    .command('login')
    .description('sign in on this machine: with a browser, or by what an admin gave you');
  login.option('--name <name>', 'the name of the new token (default that of this machine)');
  login.option(
    '--browser',
    'show a code, and wait until you confirm it in a browser (usual with an identity provider)',
  );
  login.option('--paste', 'ask for a token, a one-time secret of an admin, or the code of the first admin');
  login.option('--page', 'you have signed in here already: print a link that signs you in with a browser, once');
  login.addHelpText(
    'after',
    '\nPaste a secret when asked, or send it by standard input: what stands on the command line, others may see.' +
      '\nWith the code of the first admin, say who you are: --as PERSON.' +
      '\n\n  $ muster login --server https://muster.example.org',
  );
  login.action(async () => {
    const context = contextOf(login);
    const { as } = login.optsWithGlobals<CommonFlags>();
    const flags = login.opts<Flags>();
    if ([flags.paste, flags.browser, flags.page].filter(Boolean).length > 1)
      throw usageError('say one of --browser, --paste and --page');
    if (flags.page) return printPage(context);
    const name = flags.name ?? ownName();
    if (flags.browser ?? (as === undefined && !flags.paste && (await asksBrowser(context))))
      return keepChecked(context, await tokenByBrowser(context, name));
    await signIn(context, await secretFrom(context), as, name);
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

async function signIn(context: Context, secret: string, person: string | undefined, name: string): Promise<void> {
  await keepChecked(context, countsOnce.test(secret) ? await tokenFor(context, secret, person, name) : secret);
}

/** Keeps a token that the server takes. */
async function keepChecked({ io, client }: Context, token: string): Promise<void> {
  const asOwner = createClient({ url: client.base, headers: client.headers, token, signal: io.signal });
  const { id, via } = (await asOwner.get<Me>('/v1/me')).body;
  if (via === 'loopback')
    throw new CliError('failed', `${client.base} asks nobody to sign in; \`muster whoami --set PERSON\` says who acts`);
  const file = keepToken(client.base, token, io);
  note(io, `signed in at ${client.base} as ${cleanLine(id)}; ${file} keeps the token, for you alone`);
}

// Whoever pipes something means that to be the secret.
async function asksBrowser({ io, client }: Context): Promise<boolean> {
  if (!canAsk(io)) return false;
  try {
    const ways = await createClient({ url: client.base, headers: client.headers, signal: io.signal }).get<SignInWays>(
      '/v1/logins',
    );
    return ways.body.authentication && ways.body.provider !== null;
  } catch (error) {
    // An earlier server knows no such question.
    if (error instanceof CliError && error.exit !== 'unreachable' && error.exit !== 'interrupted') return false;
    throw error;
  }
}

const pauses = [500, 1_000, 2_000];

/** Waits until somebody has confirmed the code in a browser; answers the token. */
async function tokenByBrowser({ client, io }: Context, name: string): Promise<string> {
  const stranger = createClient({ url: client.base, headers: client.headers, signal: io.signal });
  const { fields } = loginRequestOrder;
  const asked = await naming({ fields }, () => stranger.post<LoginRequestView>('/v1/login-requests', { name }, {}));
  const { code, secret, url } = asked.body;
  note(io, `Open this page, and confirm there that it shows ${cleanLine(code)}:\n  ${cleanLine(url)}`);
  note(io, 'Waiting for it, 10 minutes at the most; Ctrl-C ends ...');
  const path = `/v1/login-requests/${encodeURIComponent(code)}/collect`;
  // Under one key: where the answer is lost, the next try gets a token in its place.
  const key = { 'idempotency-key': randomUUID() };
  for (let tries = 0; ; tries++) {
    await sleep(pauses[Math.min(tries, pauses.length - 1)]!, io.signal);
    if (io.signal.aborted) throw new CliError('interrupted', 'interrupted');
    try {
      return (await stranger.post<NewToken>(path, { secret }, key)).body.token;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      // Whoever is on the way to the page need not begin again because an answer was lost.
      const goesOn = error.more.problem?.['reason'] === 'not-confirmed' || error.exit === 'unreachable';
      if (!goesOn || io.now() > Date.parse(asked.body.expiresAt)) throw error;
    }
  }
}

async function printPage(context: Context): Promise<void> {
  const { client, io } = context;
  const answer = await client.post<LoginLink>('/v1/login-links', {}, {});
  const { url, person, expiresAt } = answer.body;
  await print(context, answer, { lines: () => [url], names: () => [url] });
  const until = localTime(Date.parse(expiresAt), io.now());
  note(io, `signs ${cleanLine(person)} in with a browser, once, until ${until}; show it to nobody`);
}

// Nobody is signed in yet: the secret says it all.
async function tokenFor({ client, io }: Context, secret: string, person: string | undefined, name: string) {
  const { fields } = loginOrder;
  const named = { ...fields, person: { ...fields.person, flag: 'as' } };
  const body = { secret, name, ...(secret.startsWith('mus_once_') || person === undefined ? {} : { person }) };
  const stranger = createClient({ url: client.base, headers: client.headers, signal: io.signal });
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
    await createClient({ url: client.base, headers: client.headers, token, signal: io.signal }).remove(
      `/v1/tokens/${id}`,
    );
    note(io, `signed out at ${client.base}; the token is over`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    note(io, `signed out at ${client.base}, but the token may go on: ${error.message}`);
  }
}
