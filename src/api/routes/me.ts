/** Owns the route that says who asks: how a person or a program sees what its credential is for. */
import { meSchema, type Me } from '../../contracts/view';
import type { Principal } from '../../domain';
import { given } from '../../given';
import type { Route, Shared } from '../http/route';

export function meRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/me',
      name: 'get-me',
      needs: 'signed-in',
      about: 'who asks: the person or program, by which credential, and its roles',
      asksWho: true,
      success: { status: 200, about: 'who asks', schema: meSchema },
      handle: ({ principal }) => ({ body: shownMe(shared, principal) }),
    },
  ];
}

/** Who asks, as the credential of the request says. */
export function shownMe(shared: Shared, { id, kind, via, roles, scopes: { operations, services } }: Principal): Me {
  return {
    id,
    kind: kind === 'ci' ? 'ci' : 'person',
    via,
    known: kind === 'person' && Object.hasOwn(shared.directory().people, id),
    roles: distinct(roles.map(({ role, services: only }) => ({ role, ...given({ services: only && [...only] }) }))),
    ...given({ operations: operations && [...operations], services: services && [...services] }),
  };
}

// Several lines of access.yaml, and the code of the first admin, may give the same.
function distinct(roles: Me['roles']): Me['roles'] {
  return [...new Map(roles.map((role) => [JSON.stringify(role), role])).values()];
}
