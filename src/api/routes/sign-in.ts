/**
 * Owns the page by which people sign in with a browser and out again, without a script. Opening the
 * page signs nobody in: mail programs and chats open links by themselves.
 */
import { randomUUID } from 'node:crypto';
import { clockTime } from '../../contracts/clock-time';
import { adminsOf, nameOf, sessionEnd, sessionLongestMs, whomToAsk, type Principal } from '../../domain';
import { isLink, sha256Of } from '../access/token-text';
import { signedIn } from '../admission/authenticate';
import { ApiProblem } from '../http/problem';
import { formBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { escapeHtml, htmlPage } from '../present/html-page';
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
      success: { status: 303, about: 'signed in; goes on to the page that was wanted' },
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
      success: { status: 303, about: 'signed out; goes on to the page that signs people in' },
      problems: ['unsupported-media-type'],
      handle: (call) => signOut(shared, call),
    },
  ];
}

async function show(shared: Shared, { request }: Call): Promise<Answer> {
  if (!shared.access.authentication)
    return htmlPage('<h1>Muster</h1><p>Nobody has to sign in here: only this machine is answered.</p>');
  const { return: wanted, once } = request.query;
  const path = safePath(wanted);
  let because = '';
  try {
    const principal = await signedIn(shared, request);
    if (principal?.via === 'session') return htmlPage(await whoPage(shared, principal, request));
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    because = error.message.replace(/; sign in again at .*$/, '');
  }
  const link = typeof once === 'string' ? once : '';
  const person = isLink(link) ? await personOfLink(shared, link) : undefined;
  return htmlPage(signInForms(shared, { path, because, once: link, person }));
}

// Whoever has the link may know whom it signs in.
async function personOfLink(shared: Shared, once: string): Promise<string | undefined> {
  const { links } = await shared.accessBook.read();
  return links.find(({ sha256 }) => sha256 === sha256Of(once))?.person;
}

interface Wanted {
  readonly path: string;
  /** Why somebody has to sign in, or in again. */
  readonly because: string;
  readonly once: string;
  /** Whom the link signs in. */
  readonly person?: string | undefined;
}

function signInForms(shared: Shared, { path, because, once, person }: Wanted): string {
  const why = because === '' ? '' : `<p>${escapeHtml(because)}.</p>`;
  const hidden = `<input type="hidden" name="return" value="${escapeHtml(path)}">`;
  // A link: whoever opens it asks by one tap, and types nothing.
  if (isLink(once)) {
    const as = person === undefined ? '' : ` as ${escapeHtml(nameOf(person, shared.directory().people))}`;
    return `<h1>Sign in to Muster</h1>${why}<form method="post" action="login">${hidden}<input type="hidden" name="secret" value="${escapeHtml(once)}"><button type="submit" autofocus>Sign in${as} with this browser</button></form><p>The link counts once.</p>`;
  }
  const { issuer } = shared.signIn.provider.settings() ?? {};
  const provider =
    issuer === undefined
      ? ''
      : `<p><a href="login/start?return=${encodeURIComponent(path)}">Sign in with ${escapeHtml(new URL(issuer).host)}</a></p>`;
  return `<h1>Sign in to Muster</h1>${why}${provider}<form method="post" action="login">${hidden}<p><label>${issuer === undefined ? 'A' : 'Or a'} one-time secret of an admin, or the code of the first admin<br><input name="secret" type="password" autocomplete="one-time-code" required maxlength="200"></label></p><p><label>With the code: who you are, an id of people.yaml<br><input name="person" autocomplete="username" maxlength="120"></label></p><button type="submit">Sign in</button></form><p>An admin makes a one-time secret by <code>muster token link PERSON</code>; whoever has signed in on the command line, by <code>muster login --page</code>.</p>`;
}

async function whoPage(shared: Shared, { id }: Principal, request: Call['request']): Promise<string> {
  const { people } = shared.directory();
  const session = await shared.signIn.cookies.session(request, shared.clock());
  const { zone } = shared.config.calendar;
  const until =
    session === undefined ? '' : `, until ${clockTime(session.begunAt + sessionLongestMs, zone)} at the latest`;
  const unused = session === undefined ? '' : ` Unused, the session ends at ${clockTime(sessionEnd(session), zone)}.`;
  const stranger = Object.hasOwn(people, id)
    ? ''
    : `<p>people.yaml does not have you: you may look, and acknowledge what you were paged for. ${escapeHtml(whomToAsk(adminsOf(shared.accessRules())))}.</p>`;
  return `<h1>Muster</h1><p>Signed in as <strong>${escapeHtml(nameOf(id, people))}</strong> (${escapeHtml(id)})${escapeHtml(until)}.${escapeHtml(unused)}</p>${stranger}<form method="post" action="logout"><button type="submit">Sign out</button> <label><input type="checkbox" name="everywhere" value="yes"> in every browser</label></form>`;
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
  return htmlPage(signInForms(shared, { path, because: because.replace(/\.$/, ''), once: '' }), 401);
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
