/** Owns `whoami`: who acts when no flag says it, to see, to remember and to forget. */
import type { Command } from 'commander';
import type { Me, SignInWays } from '../../contracts/view';
import { note, print, type CommonFlags, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import { forget, knownActor, memoryOf, remember, type Actor } from '../client/remembered';
import { whyUnknown } from '../client/who';
import { cleanLine } from '../terminal/text';
import type { ContextOf } from './commands';

interface Flags {
  readonly set?: string;
  readonly forget?: boolean;
}

export function addWhoami(program: Command, contextOf: ContextOf): void {
  const verb = program.command('whoami').description('who acts: by --as, else MUSTER_ACTOR, else as remembered here');
  verb.option('--set <person>', 'remember this person in your configuration folder');
  verb.option('--forget', 'remember nobody');
  verb.addHelpText('after', '\n  $ muster whoami --set fatima');
  verb.action(async () => {
    const context = contextOf(verb);
    const flags = verb.opts<Flags>();
    if (flags.set !== undefined && flags.forget)
      throw usageError('--set and --forget contradict each other; leave one out');
    if (flags.set !== undefined) return rememberPerson(context, flags.set);
    if (flags.forget)
      return note(context.io, forget(context.io) ? 'nobody is remembered any more' : 'nobody was remembered');
    if (context.client.hasToken) return showOwner(context);
    await showActor(context, knownActor(verb.optsWithGlobals<CommonFlags>().as, context.io));
  });
}

async function rememberPerson({ client, io }: Context, typed: string): Promise<void> {
  const person = typed.trim();
  if (!/^[\x21-\x7e]{1,120}$/.test(person))
    throw usageError(`--set is "${typed}"; expected a person's id, such as fatima`);
  try {
    const unknown = await whyUnknown(client, person);
    if (unknown) throw unknown;
  } catch (error) {
    // Without a server the name is remembered all the same; the first command will tell.
    if (!(error instanceof CliError) || error.exit !== 'unreachable') throw error;
    note(io, `not checked whether ${person} is known: ${error.message}`);
  }
  note(io, `${remember(person, io)} remembers ${person}`);
}

// The server knows whose the token is, and what it is for.
async function showOwner(context: Context): Promise<void> {
  const answer = await context.client.get<Me>('/v1/me');
  const { id, via, known, kind, roles, operations, services } = answer.body;
  const only = (words: readonly string[] | undefined) => (words === undefined ? '' : ` for ${words.join(', ')}`);
  await print(context, answer, {
    lines: () => [
      `${cleanLine(id)}   (${via})`,
      ...(kind === 'person' && !known
        ? ['  people.yaml does not know you: you may look, and acknowledge what you were paged for']
        : []),
      ...(kind === 'person'
        ? [`  roles: ${roles.map(({ role, services: own }) => role + only(own)).join('; ') || 'none'}`]
        : []),
      ...(operations === undefined ? [] : [`  only to ${operations.join(', ')}`]),
      ...(services === undefined ? [] : [`  only${only(services)}`]),
    ],
    names: () => [cleanLine(id)],
  });
}

// Where nobody answers, the usual words are as good.
async function hasToSignIn({ client }: Context): Promise<boolean> {
  try {
    return (await client.get<SignInWays>('/v1/logins')).body.authentication;
  } catch (error) {
    if (error instanceof CliError) return false;
    throw error;
  }
}

async function showActor(context: Context, actor: Actor | undefined): Promise<void> {
  if (actor === undefined && (await hasToSignIn(context)))
    throw new CliError('auth', `nobody: ${context.client.base} asks people to sign in. \`muster login\` does it`);
  if (actor === undefined)
    throw new CliError('failed', 'nobody: commands name nobody. `muster whoami --set PERSON` remembers you');
  const where = actor.from === 'remembered' ? `remembered in ${memoryOf(context.io)}` : `by ${actor.from}`;
  await print(
    context,
    { text: JSON.stringify(actor), body: actor },
    {
      lines: () => [`${cleanLine(actor.person)}   (${where})`],
      names: () => [cleanLine(actor.person)],
    },
  );
}
