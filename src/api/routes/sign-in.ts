/**
 * Owns the page by which people sign in with a browser and out again, without a script. Opening the
 * page signs nobody in: mail programs and chats open links by themselves.
 */
import { randomUUID } from 'node:crypto';
import { clockTime } from '../../contracts/clock-time';
import type { SignInPage } from '../../contracts/page-view-sign-in';
import { adminsOf, nameOf, sessionEnd, sessionLongestMs, whomToAsk, type Principal } from '../../domain';
import { given } from '../../given';
import { isLink, sha256Of } from '../access/token-text';
import { signedIn } from '../admission/authenticate';
import { ApiProblem } from '../http/problem';
import { formBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { signInAnswer } from '../present/html-page';
import { Refused } from '../temporal/process-store';
import { signInOnce } from './once';
import { beginSession, goTo, safePath, signInPath } from './sign-in-steps';

/** Nobody guesses 80 bits; a whole office may stand behind one address. */
const signInsPerMinute = 120;
const page = { about: 'a small page', types: ['text/html'] } as const;

export function signInRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: signInPath,
      forReaders: true,
      name: 'show-sign-in',
      needs: 'anyone',
      about: 'the page by which people sign in; says who has signed in, and until when',
      anyQuery: true,
      openedByLinks: true,
      success: { status: 200, ...page },
      handle: (call) => show(shared, call),
    },
    {
      method: 'post',
      path: signInPath,
      forReaders: true,
      name: 'sign-in',
      needs: 'anyone',
      about: 'sign in with a browser by a one-time secret, or by the code of the first admin',
      perMinute: signInsPerMinute,
      success: { status: 303, about: 'signed in; goes on to the page that was wanted', types: page.types },
      problems: ['unauthenticated', 'refused', 'unsupported-media-type'],
      handle: (call) => signIn(shared, call),
    },
    {
      method: 'post',
      path: '/logout',
      forReaders: true,
      name: 'sign-out',
      needs: 'anyone',
      about: 'close the session of this browser, or all of the person',
      success: { status: 303, about: 'signed out; goes on to the page that signs people in', types: page.types },
      problems: ['unsupported-media-type'],
      handle: (call) => signOut(shared, call),
    },
  ];
}

async function show(shared: Shared, { request }: Call): Promise<Answer> {
  if (!shared.access.authentication) return signInAnswer({ page: 'open-to-all' });
  const { return: wanted, once } = request.query;
  const goesOnTo = safePath(wanted);
  let because: string | undefined;
  try {
    const principal = await signedIn(shared, request);
    if (principal?.via === 'session') return signInAnswer(await whoPage(shared, principal, request));
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    because = error.message.replace(/; sign in again at .*$/, '');
  }
  if (typeof once !== 'string' || !isLink(once)) return signInAnswer(waysPage(shared, goesOnTo, because));
  const name = await nameBehind(shared, once);
  return signInAnswer({ page: 'sign-in-by-link', goesOnTo, once, ...given({ because, name }) });
}

// Whoever has the link may know whom it signs in.
async function nameBehind(shared: Shared, once: string): Promise<string | undefined> {
  const { links } = await shared.accessBook.read();
  const link = links.find(({ sha256 }) => sha256 === sha256Of(once));
  return link && nameOf(link.person, shared.directory().people);
}

function waysPage(shared: Shared, goesOnTo: string, because: string | undefined): SignInPage {
  const { issuer } = shared.signIn.provider.settings() ?? {};
  const provider = issuer === undefined ? undefined : new URL(issuer).host;
  return { page: 'sign-in', goesOnTo, ...given({ because, provider }) };
}

async function whoPage(shared: Shared, { id }: Principal, request: Call['request']): Promise<SignInPage> {
  const { people } = shared.directory();
  const found = await shared.signIn.cookies.session(request, shared.clock());
  const { zone } = shared.config.calendar;
  const session = found && {
    endsAt: clockTime(found.begunAt + sessionLongestMs, zone),
    unusedEndsAt: clockTime(sessionEnd(found), zone),
  };
  const isStranger = !Object.hasOwn(people, id);
  return {
    page: 'signed-in',
    reader: { person: id, name: nameOf(id, people) },
    ...given({ session, whomToAsk: isStranger ? whomToAsk(adminsOf(shared.accessRules())) : undefined }),
  };
}

async function signIn(shared: Shared, { request }: Call): Promise<Answer> {
  if (!shared.access.authentication) return goTo(shared, request, signInPath);
  const form = formBody(request);
  const [path, secret, person] = [safePath(form.get('return')), form.get('secret') ?? '', form.get('person') ?? ''];
  const named = person.trim().toLowerCase();
  // A form that is sent again, by whoever sits at the machine now, signs nobody in again.
  const key = `page/${randomUUID()}`;
  try {
    const answer = await signInOnce(
      shared,
      { secret: secret.trim(), person: named === '' ? undefined : named },
      { key, fingerprint: key },
    );
    shared.log.info('somebody signed in with a browser by a one-time secret', { person: answer.person });
    return await beginSession(shared, request, { person: answer.person }, path);
  } catch (error) {
    if (!(error instanceof Refused || error instanceof ApiProblem)) throw error;
    return failed(shared, path, error.message);
  }
}

function failed(shared: Shared, path: string, because: string): Answer {
  return signInAnswer(waysPage(shared, path, because.replace(/\.$/, '')), 401);
}

async function signOut(shared: Shared, { request }: Call): Promise<Answer> {
  const isEverywhere = formBody(request).get('everywhere') === 'yes';
  const { cookies } = shared.signIn;
  const session = await cookies.session(request, shared.clock());
  // Whatever else, this browser forgets the session.
  const forget = { 'Set-Cookie': cookies.forgetSession() };
  const principal = await signedIn(shared, request).catch(() => undefined);
  if (session !== undefined && principal?.via === 'session') {
    const { id: by } = principal;
    const order = (name: string) => ({ key: `${name}/${randomUUID()}`, fingerprint: name, by });
    if (isEverywhere) await shared.accessBook.order('sign-out', { ...order('sign-out'), person: by });
    else
      await shared.accessBook.order('end-session', {
        ...order('end-session'),
        session: session.id,
        until: session.begunAt + sessionLongestMs,
      });
    shared.log.info('somebody signed out', { person: by, everywhere: isEverywhere });
  }
  return goTo(shared, request, signInPath, forget);
}
