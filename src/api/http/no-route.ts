/**
 * Owns the answers to requests for which there is no route: another method, or an address where
 * nothing is. Knows no route itself.
 */
import type { Request, RequestHandler } from 'express';
import { unknownName } from '../../domain';
import { ApiProblem } from './problem';
import type { Route } from './route';

/** Answers a request by a method that no route at its address takes. */
export function otherMethod(routes: readonly Route[]): RequestHandler {
  const methods = routes.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  // A sender that can only GET would change something whenever a browser or a proxy looks.
  const bringsAlerts = routes.some(({ alerts }) => alerts === 'door');
  return (request, response) => {
    response.set('Allow', methods.join(', '));
    if (request.method === 'OPTIONS') return void response.status(204).end();
    // An address of alerts may hold the key of its source.
    const address = bringsAlerts ? 'an address of alerts' : request.path;
    const why =
      bringsAlerts && request.method === 'GET' ? '; set the sender to POST, because a GET changes nothing' : '';
    throw new ApiProblem(
      'method-not-allowed',
      `${address} takes ${methods.join(' and ')}, not ${request.method}${why}`,
    );
  };
}

/** Answers a request for which there is no route. */
export function notFound(routes: readonly Route[]): RequestHandler {
  return (request: Request) => {
    const action = /^(\/v1\/(?:incidents|releases))\/[^/]+\/([^/]{1,60})$/.exec(request.path);
    if (action) {
      const known = routes
        .filter(({ path }) => path.startsWith(`${action[1]}/:id/`))
        .map(({ path }) => path.split('/').at(-1)!);
      throw new ApiProblem('not-found', unknownName('command', action[2]!, known));
    }
    throw new ApiProblem('not-found', `nothing is at ${shownPath(request.path)}; /openapi.json lists what there is`);
  };
}

// A proxy may keep what is answered, and an address of alerts or changes may hold a key, that of a
// link its token.
function shownPath(path: string): string {
  const [, door] = /^(\/v1\/(?:alerts|changes|ack)\/|\/integrations\/)/i.exec(path) ?? [];
  return door === undefined ? path.slice(0, 100) : `${door}...`;
}
