/**
 * Owns what is read from the claims of an identity provider about whoever has signed in: by which
 * value people.yaml knows them, and in which groups they are. Pure; knows no protocol.
 */

/** Which claims count (`oidc` of access.yaml). */
export interface ClaimRules {
  /** The claim that says who it is. */
  readonly personClaim: string;
  /** An e-mail address counts although the provider says nothing of whether it is verified. */
  readonly trustsEmail: boolean;
  /** The claim with the groups; absent: no groups are known. */
  readonly groupsClaim?: string;
  /** The groups that access.yaml names: others are not kept. */
  readonly groupsNamed: readonly string[];
}
export type ReadClaims =
  | { readonly ok: true; readonly value: string; readonly groups: readonly string[] }
  | { readonly ok: false; readonly message: string };

const longestValue = 200;
const mostGroups = 50;

/** Whether `claims` lack one that the rules ask for: the provider may say it elsewhere. */
export function lacksClaims(
  { personClaim, groupsClaim, trustsEmail }: ClaimRules,
  claims: Readonly<Record<string, unknown>>,
): boolean {
  const proof = personClaim === 'email' && !trustsEmail ? 'email_verified' : undefined;
  return [personClaim, groupsClaim, proof].some((claim) => claim !== undefined && own(claims, claim) === undefined);
}

/** Who signed in, or why nobody can tell. */
export function readClaims(
  { personClaim, groupsClaim, groupsNamed, trustsEmail }: ClaimRules,
  claims: Readonly<Record<string, unknown>>,
): ReadClaims {
  const value = own(claims, personClaim);
  if (typeof value !== 'string' || value.trim() === '' || value.length > longestValue)
    return {
      ok: false,
      message: `the identity provider says no ${personClaim} of you; whoever runs this Muster can name another person-claim, or ask the provider for this one (scopes)`,
    };
  // Anybody could have typed an address that nobody has proved.
  const verified = own(claims, 'email_verified');
  const isProved = verified === true || verified === 'true' || (trustsEmail && verified === undefined);
  if (personClaim === 'email' && !isProved)
    return {
      ok: false,
      message:
        verified === undefined
          ? `the identity provider does not say that ${value} is verified (email_verified); if it proves every address, whoever runs this Muster can write trust-email: true`
          : `the identity provider says that ${value} is not verified; verify it there first`,
    };
  return { ok: true, value, groups: groupsOf(own(claims, groupsClaim ?? ''), groupsNamed) };
}

// A group may come alone, as text.
function groupsOf(said: unknown, named: readonly string[]): readonly string[] {
  const all = typeof said === 'string' ? [said] : Array.isArray(said) ? said : [];
  return named.filter((group) => all.includes(group)).slice(0, mostGroups);
}

function own(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}
