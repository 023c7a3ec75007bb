/**
 * Owns which template is judged for which services (R29). Knows nothing of what the templates say.
 */
import { followedTemplate } from '../state/followed-template';
import type { Directory, Policy } from '../model';

/**
 * The services, and null for no service, whose processes may follow `policy`. A template that a
 * label may choose, or that a process follows only by name, may be followed about any service.
 */
export function servicesUnder(
  policy: Policy,
  policies: readonly Policy[],
  directory: Directory,
  services: readonly (string | null)[],
): readonly (string | null)[] {
  const { kind, template } = policy;
  // The default stands first among those of its kind, as for a process that begins.
  const known = policies.filter((other) => other.kind === kind).map((other) => other.template.name);
  const isLabelled = Object.values(directory.labels ?? {}).some(({ templates }) => templates?.includes(template.name));
  const following = [null, ...Object.keys(directory.services)].filter((service) => {
    const followed = followedTemplate(kind, service === null ? {} : { services: [service] }, directory, known);
    return followed.ok && followed.template === template.name;
  });
  if (isLabelled || following.length === 0) return services;
  return services.filter((service) => following.includes(service));
}
