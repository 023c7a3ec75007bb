/**
 * Owns an API under the fuzzer that runs elsewhere, such as a real `npm start`. Its processes stay,
 * and what a refused request changed cannot be seen from here.
 */
import type { Target } from './fuzz-requests';
import { hear } from './hear';

/** `token`: of somebody who may do everything, where people have to sign in. */
export async function remote(url: string, token: string | undefined): Promise<Target> {
  const who: Record<string, string> =
    token === undefined ? { 'muster-actor': 'emeka' } : { authorization: `Bearer ${token}` };
  const begin = async (path: string, body: object): Promise<string> => {
    const headers = { ...who, 'content-type': 'application/json' };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (answer.status !== 201) throw new Error(`POST ${path} was answered ${answer.status}: ${text}`);
    return (JSON.parse(text) as { readonly id: string }).id;
  };
  const ids = [
    await begin('/v1/incidents', { title: 'Checkout is down', severity: 'P2', services: ['payments'] }),
    await begin('/v1/incidents', { title: 'Search is slow', severity: 'P3', services: ['search'] }),
    await begin('/v1/releases', { title: 'Payments 2.14', services: ['payments'], targetAt: '30d' }),
    await begin('/v1/releases', { title: 'Search 3', services: ['search'], targetAt: '20d' }),
  ];
  const { pool, document } = await hear(url, who, ids);
  const bearer = (text: string) => ['authorization', `Bearer ${text}`] as const;
  const credentials = token === undefined ? [] : [token, token, token, 'x', `${token}x`].map(bearer);
  const nothing = () => [];
  return {
    ...{ url, pool, document, credentials, logged: [] },
    secrets: token === undefined ? [] : [token],
    renew: () => undefined,
    pass: () => undefined,
    snapshot: () => nothing,
  };
}
