/**
 * Owns which route of the table answers a request, for the steps that come before Express looks:
 * from where the route may be asked, and how large a body it takes.
 */
import type { Route } from './route';

/** Finds the route as Express would: letters in either case, with or without a `/` at the end. */
export function routeFinder(
  routes: readonly Route[],
): (request: { readonly method: string; readonly path: string }) => Route | undefined {
  const known = routes.map((route) => {
    const words = route.path.split('/').map((word) => (word.startsWith(':') ? '[^/]+' : word.replace(/\W/g, '\\$&')));
    return { route, method: route.method.toUpperCase(), pattern: new RegExp(`^${words.join('/')}/?$`, 'i') };
  });
  return ({ method, path }) => {
    const meant = method === 'HEAD' ? 'GET' : method;
    return known.find((one) => one.method === meant && one.pattern.test(path))?.route;
  };
}
