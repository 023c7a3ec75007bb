/** Owns by what people and programs sign in to this installation, as the API takes it. */
import type { Client } from '@temporalio/client';
import { keyAuthenticator } from '../api/access/configured-keys';
import { isFirstAdminCode } from '../api/access/first-admin';
import { IdentityProvider } from '../api/access/identity-provider';
import { sessionAuthenticator } from '../api/access/session-authenticator';
import { SessionCookies } from '../api/access/session-cookie';
import { tokenAuthenticator } from '../api/access/token-authenticator';
import type { ApiDeps } from '../api/http/route';
import { createAccessStore } from '../api/temporal/access';
import { accessKeysIn, accessRulesOf, personOfClaim, providerIn, type Config } from '../config';

type Credentials = Pick<ApiDeps, 'authenticators' | 'accessRules' | 'accessBook' | 'isFirstAdminCode' | 'signIn'>;

/** Keys of access.yaml, tokens and sessions, with the roles of `inForce`. */
export function credentialsOf({
  client,
  taskQueue,
  inForce,
  secrets,
  publicUrl,
  clock,
  log,
}: Pick<ApiDeps, 'inForce' | 'clock' | 'log'> & {
  readonly client: Client;
  readonly taskQueue: string;
  /** The newest first; the others still prove what was made with them. */
  readonly secrets: readonly [Buffer, ...Buffer[]];
  /** Where people reach this installation. */
  readonly publicUrl: string;
}): Credentials {
  const fileNow = (): Config['access'] => inForce().access;
  const rules = () => accessRulesOf(fileNow());
  const keysOf = accessKeysIn(process.env, (because) => log.warn(because));
  const access = createAccessStore({ client, taskQueue });
  const isKnown = (person: string) => Object.hasOwn(inForce().people.people, person);
  const providerNow = providerIn(process.env);
  const provider = new IdentityProvider(() => providerNow(fileNow()), clock);
  const personOf = (value: string) => personOfClaim(inForce(), value);
  const cookies = new SessionCookies(secrets, publicUrl.startsWith('https:'));
  return {
    signIn: { publicUrl, cookies, provider, personOfClaim: personOf },
    authenticators: [
      keyAuthenticator(() => keysOf(fileNow()), rules),
      tokenAuthenticator({ access, rules, isKnown, log }),
      sessionAuthenticator({
        cookies,
        access,
        rules,
        isKnown,
        personOfClaim: personOf,
        issuer: () => provider.settings()?.issuer,
      }),
    ],
    accessRules: rules,
    accessBook: access,
    isFirstAdminCode: (book, text) => isFirstAdminCode(secrets[0], book, text),
  };
}
