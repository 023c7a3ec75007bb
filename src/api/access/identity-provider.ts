/**
 * Owns the conversation with the identity provider of access.yaml: OpenID Connect, authorization
 * code with PKCE, state and nonce (openid-client). Knows no cookie and no role.
 */
import * as oidc from 'openid-client';
import type { ProviderSettings } from '../../config';
import { lacksClaims, readClaims, type Instant } from '../../domain';
import { isLoopback } from '../http/reach';
import type { Attempt, Finished, Provider } from '../http/sign-in';
import { Remembered } from '../temporal/remembered';

/** Each question to the provider is answered within this, or given up. */
const answerWithinSeconds = 4;
/** What the provider says of itself is asked for again after this. */
const describedForMs = 3_600_000;

export class IdentityProvider implements Provider {
  private readonly descriptions: Remembered<oidc.Configuration>;

  /** `settings`: those in force; undefined: there is no provider. */
  constructor(
    readonly settings: () => ProviderSettings | undefined,
    clock: () => Instant,
  ) {
    this.descriptions = new Remembered({ ms: describedForMs }, clock);
  }

  async begin(redirectUri: string, goesOnTo: string): ReturnType<Provider['begin']> {
    const { issuer, scopes } = this.inForce();
    const provider = await this.description();
    const verifier = oidc.randomPKCECodeVerifier();
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { url, attempt: { issuer, state, nonce, verifier, goesOnTo } };
  }

  async finish(returned: URL, { issuer, state, nonce, verifier }: Attempt): Promise<Finished> {
    const settings = this.settings();
    if (settings?.issuer !== issuer) return { ok: false, message: 'access.yaml has changed in the meantime' };
    const denied = returned.searchParams.get('error');
    if (denied !== null && returned.searchParams.get('state') === state)
      return { ok: false, message: `the identity provider says ${denied.slice(0, 60)}` };
    const provider = await this.description();
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
    const tokens = await oidc.authorizationCodeGrant(provider, returned, checks);
    const told = tokens.claims();
    if (told === undefined) return { ok: false, message: 'the identity provider gave no ID token' };
    const claims = lacksClaims(settings.claims, told)
      ? { ...told, ...(await oidc.fetchUserInfo(provider, tokens.access_token, told.sub)) }
      : told;
    return readClaims(settings.claims, claims);
  }

  private inForce(): ProviderSettings {
    const settings = this.settings();
    if (settings === undefined) throw new Error('access.yaml names no identity provider');
    if (settings.secretFault !== undefined) throw new Error(`client-secret of access.yaml: ${settings.secretFault}`);
    return settings;
  }

  private description(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.inForce();
    const address = new URL(issuer);
    return this.descriptions.ask(JSON.stringify([issuer, clientId, clientSecret]), () =>
      oidc.discovery(address, clientId, clientSecret, undefined, {
        timeout: answerWithinSeconds,
        // The check of access.yaml lets http pass on loopback alone.
        execute: isLoopback(address.hostname) ? [oidc.allowInsecureRequests] : [],
      }),
    );
  }
}
