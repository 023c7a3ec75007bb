/**
 * Owns the page Settings: what is loaded, what the channels and the sources of alerts do, and who
 * asks. It shows what the API answers to the same reader. How it looks is in src/web.
 */
import type { SessionShown, SettingsPage } from '../../contracts/page-view-settings';
import { iso, sessionEnd, sessionLongestMs } from '../../domain';
import { given } from '../../given';
import { atMost } from '../../time-limit';
import { mayOrder } from '../admission/permit';
import { whyNot } from '../admission/rights';
import type { Call, Route, Shared } from '../http/route';
import { forPages, pageAnswer } from '../present/html-page';
import { pageBase } from '../present/page-base';
import { actorOf } from '../present/readers';
import { unmatchedPage } from './alert-views';
import { channelResults } from './channel-results';
import { channelRows } from './channels';
import { templateRows } from './configuration';
import { shownMe } from './me';
import { tokensOf } from './tokens';

/** What is slow is left out, so that the rest is seen. */
const waitMs = 3_500;

export function settingsPageRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/settings',
      name: 'show-settings',
      needs: 'viewer',
      about: 'the page of what is loaded, of channels and sources of alerts, and of who asks',
      ...forPages,
      handle: async (call) => pageAnswer(await settingsOf(shared, call)),
    },
  ];
}

async function settingsOf(shared: Shared, call: Call): Promise<SettingsPage> {
  const { principal } = call;
  const reader = await actorOf(shared, principal);
  const mayList = whyNot(mayOrder(shared, call, { operation: 'read', needs: 'viewer', peopleOnly: true }));
  const [results, alerts, tokens] = await Promise.all([
    soon(channelResults(shared, reader)),
    soon(shared.alerts.read().then((intake) => unmatchedPage(shared, intake))),
    mayList ?? soon(tokensOf(shared, principal.id)),
  ]);
  return {
    ...pageBase(shared, call),
    page: 'settings',
    me: shownMe(shared, principal),
    isSignedIn: shared.access.authentication,
    session: await sessionOf(shared, call),
    tokens: tokens ?? 'they did not come in time',
    files: { health: shared.configuration(), readAt: iso(shared.configurationReadAt()) },
    templates: templateRows(shared.config),
    channels: channelRows(shared).map((row) => ({ ...row, ...given({ last: results?.get(row.id) }) })),
    resultsMissing: results === null ? 'the processes did not answer in time' : null,
    mayTest: whyNot(mayOrder(shared, call, { operation: 'test-channel', needs: 'manager' })),
    alerts,
  };
}

async function sessionOf(shared: Shared, { request, principal }: Call): Promise<SessionShown | null> {
  if (principal.via !== 'session') return null;
  const session = await shared.signIn.cookies.session(request, shared.clock());
  if (session === undefined) return null;
  return {
    begunAt: iso(session.begunAt),
    endsAt: iso(sessionEnd(session)),
    endsAtTheLatest: iso(session.begunAt + sessionLongestMs),
  };
}

function soon<T>(answer: Promise<T>): Promise<T | null> {
  return atMost(waitMs, answer).catch(() => null);
}
