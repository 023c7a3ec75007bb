/** Owns who has which API role, as the rules take it, from access.yaml. */
import { noRules, type AccessRules } from '../../domain';
import { given } from '../../given';
import type { AccessFile } from '../files/access-shapes';

/** The roles of access.yaml; without the file, everybody who has signed in may look. */
export function accessRulesOf(file: AccessFile | undefined): AccessRules {
  if (file === undefined) return noRules;
  return {
    everybody: file.everybody,
    roles: file.roles.map(({ role, people, groups, services }) => ({ role, people, groups, ...given({ services }) })),
  };
}
