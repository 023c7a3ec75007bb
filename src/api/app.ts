/**
 * Owns the Express app: the steps of every request, in order. Never listens. The routes decide what
 * each route does; answers.ts and failures.ts say how answers leave.
 */
import { closedWithoutProof } from '../config';
import { AskedLately } from './temporal/asked-lately';
import { allLevels } from './present/levels';
import { randomUUID } from 'node:crypto';
import express, { type Express, type Request, type RequestHandler } from 'express';
import helmet from 'helmet';
import { principalOf, signedIn } from './admission/authenticate';
import { permit } from './admission/permit';
import { noteAnswered, requestIdOf, send } from './answers';
import { countRefused, failure } from './failures';
import { AlertMetrics } from './http/alert-metrics';
import { proofsAsked } from './http/alert-proof';
import { ApiMetrics } from './http/metrics';
import { openApiDocument } from './openapi';
import { notFound, otherMethod } from './http/no-route';
import { ApiProblem } from './http/problem';
import { readQuery } from './http/query';
import { Limits } from './http/rate-limit';
import { addressOf, checkAccess, checkSender } from './http/reach';
import { rawBody } from './http/read-body';
import type { Answer, ApiDeps, Call, Route, Shared } from './http/route';
import { routeFinder } from './http/route-match';
import { OpenNews } from './http/stream-news';
import { everyByTimer, Streams } from './http/streams';
import { SnsDoor } from './http/sns';
import { newsShown } from './present/news-shown';
import { openRows } from './present/open-now';
import { acknowledgeLinkRoutes } from './routes/acknowledge-link';
import { acrossRoutes, noticesIn } from './routes/across';
import { actionItemRoutes } from './routes/action-items';
import { alertDoorRoutes } from './routes/alert-doors';
import { alertViewRoutes } from './routes/alert-views';
import { alertRoutes } from './routes/alerts';
import { changeRoutes } from './routes/changes';
import { channelRoutes } from './routes/channels';
import { configurationRoutes } from './routes/configuration';
import { onCallRoutes } from './routes/on-call';
import { overrideRoutes } from './routes/overrides';
import { freezeRoutes } from './routes/freezes';
import { historyPageRoutes } from './routes/history-page';
import { idRoutes } from './routes/ids';
import { loginRoutes } from './routes/logins';
import { meRoutes } from './routes/me';
import { operationRoutes } from './routes/operation';
import { processRoutes } from './routes/processes';
import { assetRoutes } from './routes/assets';
import { nowRoutes } from './routes/now-page';
import { onCallPageRoutes } from './routes/on-call-page';
import { incidentFormRoutes } from './routes/incident-forms';
import { incidentPageRoutes } from './routes/incident-page';
import { rehearsePageRoutes } from './routes/rehearse-page';
import { releasePageRoutes } from './routes/release-page';
import { rehearsalRoutes } from './routes/rehearsals';
import { loginRequestRoutes } from './routes/login-requests';
import { settingsPageRoutes } from './routes/settings-page';
import { signInRoutes } from './routes/sign-in';
import { providerRoutes } from './routes/sign-in-provider';
import { streamRoutes } from './routes/stream';
import { tokenRoutes } from './routes/tokens';
import { atMost, isTimeout } from '../time-limit';
import { LiveOpen } from './temporal/live-open';
import { LiveProcesses } from './temporal/live-processes';
import { StoreUnavailable } from './temporal/process-store';
import { TimelineWatch } from './temporal/timeline-watch';

/** Version of the API document. */
const documentVersion = '1.0.0';
/**
 * Every request gets an answer within 5 s, however many questions it asks of Temporal, except a
 * request that asks to wait.
 */
const answerWithinMs = 4_500;

/** The app. Throws when the API must not listen on the address that `deps.access` names. */
export function createApp(asGiven: ApiDeps): Express {
  const { access, alertRules } = asGiven;
  const deps = access.authentication ? { ...asGiven, alertRules: closedWithoutProof(alertRules) } : asGiven;
  checkAccess(access, proofsAsked(deps.alertRules));
  const shared = sharedOf(deps);
  return appOf(shared, routesOf(shared));
}

/**
 * The app of a worker that has no API: health, readiness, metrics. It takes no commands, so it may
 * listen on any address.
 */
export function createHealthApp(deps: ApiDeps): Express {
  const alertRules = { ...deps.alertRules, readers: {}, deployments: {} };
  // Whatever the address from which it is asked, and by whatever name.
  const shared = sharedOf({ ...deps, alertRules, access: { ...deps.access, authentication: true } });
  const routes = operationRoutes(shared, () => Promise.resolve(true));
  return appOf(
    shared,
    routes.map((route) => ({ ...route, needs: 'anyone' })),
    { forWatchers: true },
  );
}

function sharedOf(deps: ApiDeps): Shared {
  const watch = new TimelineWatch((id, after, limit) => deps.store.timeline(id, after, limit));
  const alertMetrics = new AlertMetrics(
    [deps.alertRules.readers, deps.alertRules.deployments].flatMap((sources) => Object.keys(sources)),
  );
  const lately = new AskedLately(deps.store, () => noticesIn(deps), deps.clock);
  const liveProcesses: Shared['liveProcesses'] = new LiveProcesses({
    store: deps.store,
    watch,
    clock: deps.clock,
    show: (standing) => newsShown(shared, standing),
  });
  const liveOpen: Shared['liveOpen'] = new LiveOpen({
    read: async () => (await openRows(deps)).rows,
    show: (found) => new OpenNews({ ...found, at: deps.clock() }),
  });
  const streams = new Streams({
    clock: deps.clock,
    every: deps.every ?? everyByTimer,
    ending: deps.ending,
    onTick: () => {
      liveProcesses.tick();
      liveOpen.tick();
    },
  });
  const shared: Shared = {
    ...deps,
    metrics: new ApiMetrics(),
    alertMetrics,
    sns: new SnsDoor(deps.askSns),
    watch,
    limits: new Limits(deps.access),
    lately,
    streams,
    liveProcesses,
    liveOpen,
    noteChange: (id) => {
      lately.noteChange(id);
      watch.stir(id);
      liveOpen.stir(id);
    },
  };
  return shared;
}

// `forWatchers`: whoever watches over the server asks, by whatever name.
function appOf(shared: Shared, routes: readonly Route[], { forWatchers = false } = {}): Express {
  const app = express();
  app.disable('x-powered-by');
  // Express would tag every answer. Only processes have tags here: their revisions.
  app.disable('etag');
  const routeOf = routeFinder(routes);
  app.set('trust proxy', [...shared.access.trustedProxies]);
  const body = rawBody((request) => routeOf(request)?.alerts !== undefined);
  app.use(identify(shared), securityHeaders(), guard(shared, routeOf, forWatchers), body);
  for (const route of routes) app[route.method](route.path, serve(shared, route));
  for (const path of new Set(routes.map((route) => route.path)))
    app.all(path, otherMethod(routes.filter((route) => route.path === path)));
  app.use(notFound(routes));
  app.use(countRefused(shared, routeOf), failure(shared, routeOf));
  return app;
}

/** Every route, with the route of the API document. */
export function routesOf(shared: Shared): Route[] {
  const routes: Route[] = [
    ...processRoutes(shared, 'incident'),
    ...processRoutes(shared, 'release'),
    ...acrossRoutes(shared),
    ...actionItemRoutes(shared),
    // Before the routes with a key in the address: `try` is no key.
    ...alertViewRoutes(shared),
    ...alertRoutes(shared),
    ...alertDoorRoutes(shared),
    ...changeRoutes(shared),
    ...configurationRoutes(shared),
    ...channelRoutes(shared),
    ...onCallRoutes(shared),
    ...overrideRoutes(shared),
    ...freezeRoutes(shared),
    ...rehearsalRoutes(shared),
    ...acknowledgeLinkRoutes(shared),
    ...idRoutes(shared),
    ...meRoutes(shared),
    ...tokenRoutes(shared),
    ...loginRoutes(shared),
    ...loginRequestRoutes(shared),
    ...signInRoutes(shared),
    ...providerRoutes(shared),
    ...nowRoutes(shared),
    ...streamRoutes(shared),
    ...incidentPageRoutes(shared),
    ...incidentFormRoutes(shared),
    ...onCallPageRoutes(shared),
    ...rehearsePageRoutes(shared),
    ...releasePageRoutes(shared),
    ...historyPageRoutes(shared),
    ...settingsPageRoutes(shared),
    ...assetRoutes(),
    ...operationRoutes(shared, (call) => mayLook(shared, call)),
  ];
  let written: unknown;
  routes.push({
    method: 'get',
    path: '/openapi.json',
    name: 'openapi',
    needs: 'viewer',
    about: 'this document',
    success: { status: 200, about: 'OpenAPI 3.1' },
    handle: () => ({ body: (written ??= openApiDocument(routes, documentVersion, allLevels(shared.config))) }),
  });
  return routes;
}

// --- Every request -------------------------------------------------------------------------------

function identify({ metrics }: Shared): RequestHandler {
  return (request, response, next) => {
    const asked = request.headers['x-request-id'];
    const requestId = typeof asked === 'string' && /^[\w.:-]{1,100}$/.test(asked) ? asked : randomUUID();
    response.locals['requestId'] = requestId;
    response.set({ 'X-Request-Id': requestId, 'Cache-Control': 'no-store' });
    const began = performance.now();
    response.locals['answered'] = () => {
      const route = (response.locals['route'] as Route | undefined)?.path ?? 'none';
      metrics.answered(request.method.slice(0, 10), route, response.statusCode, performance.now() - began);
    };
    response.once('finish', () => noteAnswered(response));
    // Node is told to let such a request in, so that the refusal is a problem document too.
    const hosts = request.headersDistinct['host']?.length ?? 0;
    if (hosts === 0 && request.httpVersion !== '1.0')
      throw new ApiProblem('malformed', 'the request has no Host header');
    // A proxy in front may have looked at the other one.
    if (hosts > 1) throw new ApiProblem('malformed', 'the request has more than one Host header');
    next();
  };
}

function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
    // Not `no-referrer`: with that policy browsers send `Origin: null` for our own form.
    referrerPolicy: { policy: 'same-origin' },
    // On loopback the API speaks plain HTTP. Elsewhere the proxy that ends TLS sets this header.
    strictTransportSecurity: false,
  });
}

function guard(
  { access, alertRules }: Shared,
  routeOf: ReturnType<typeof routeFinder>,
  forWatchers: boolean,
): RequestHandler {
  const areProved = Object.values(proofsAsked(alertRules)).every(({ asksProof: asks }) => asks);
  return (request, _response, next) => {
    const route = routeOf(request);
    const reached = {
      isProvedDoor: areProved && route?.alerts === 'door',
      isHealth: forWatchers || (access.authentication && route?.forWatchers === true),
      isOpenedByLinks: route?.openedByLinks === true,
    };
    checkSender(request, access, reached, addressOf(request, request.ip));
    next();
  };
}

// Who asks, and whether they may, before anything else is looked at.
function serve(shared: Shared, route: Route): RequestHandler {
  return async (request, response) => {
    response.locals['route'] = route;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));
    const asked = { request, params, requestId: requestIdOf(response), gone: gone.signal };
    const admitted = () => admit(shared, route, asked);
    const waits = typeof route.waits === 'function' ? route.waits(request) : route.waits === true;
    const answer = waits
      ? await route.handle(await inTime(admitted))
      : await inTime(async () => route.handle(await admitted()));
    // A door that answers in the words of its tool says so too when nobody has proved anything.
    await shared.limits.takeUnknown(request, route);
    send(response, {
      status: route.success.status,
      ...answer,
      headers: { ...(await renewalOf(shared, route, request)), ...answer.headers },
    });
  };
}

// Only where the credential was found to count: one that is over must not come back.
async function renewalOf(shared: Shared, { needs }: Route, request: Request): Promise<Answer['headers']> {
  if (!shared.access.authentication || needs === 'anyone' || needs === 'sender' || needs === 'link') return undefined;
  const found = shared.authenticators.find((one) => one.renewal !== undefined && one.carries(request));
  return found?.renewal?.(request, shared.clock());
}

async function admit(shared: Shared, route: Route, asked: Omit<Call, 'principal'>): Promise<Call> {
  const call = { ...asked, principal: await principalOf(shared, route, asked) };
  try {
    await permit(shared, route, call);
  } catch (error) {
    await shared.limits.takeRefused(call.principal, call.request);
    throw error;
  }
  await shared.limits.take(call.principal, route, call.request);
  if (!route.query && !route.anyQuery) readQuery({}, call.request.query);
  return call;
}

// Whoever has a role may look. A credential that does not count is no reason to answer nothing.
async function mayLook(shared: Shared, { request }: Call): Promise<boolean> {
  const principal = await signedIn(shared, request).catch(() => undefined);
  return principal !== undefined && principal.roles.length > 0;
}

async function inTime<T>(answer: () => Promise<T>): Promise<T> {
  try {
    return await atMost(answerWithinMs, answer());
  } catch (error) {
    throw isTimeout(error) ? new StoreUnavailable('the engine takes too long', { cause: error }) : error;
  }
}
