/** Owns by what people and programs sign in to this installation, as the API takes it. */
import type { Client } from '@temporalio/client';
import { keyAuthenticator } from '../api/access/configured-keys';
import { isFirstAdminCode } from '../api/access/first-admin';
import { tokenAuthenticator } from '../api/access/token-authenticator';
import type { ApiDeps } from '../api/http/route';
import { createAccessStore } from '../api/temporal/access';
import { accessKeysOf, accessRulesOf, type Config } from '../config';

type Credentials = Pick<ApiDeps, 'authenticators' | 'accessRules' | 'accessBook' | 'isFirstAdminCode'>;

/** Keys of access.yaml and tokens, with the roles of `inForce`. */
export function credentialsOf({
  client,
  taskQueue,
  inForce,
  secret,
  log,
}: Pick<ApiDeps, 'inForce' | 'log'> & {
  readonly client: Client;
  readonly taskQueue: string;
  readonly secret: Buffer;
}): Credentials {
  const fileNow = (): Config['access'] => inForce().access;
  const rules = () => accessRulesOf(fileNow());
  const access = createAccessStore({ client, taskQueue });
  const isKnown = (person: string) => Object.hasOwn(inForce().people.people, person);
  return {
    authenticators: [
      keyAuthenticator(() => accessKeysOf(fileNow(), process.env), rules),
      tokenAuthenticator({ access, rules, isKnown, log }),
    ],
    accessRules: rules,
    accessBook: access,
    isFirstAdminCode: (book, text) => isFirstAdminCode(secret, book, text),
  };
}
