/**
 * Owns the standing links of the affected services, as services.yaml states them at the moment.
 * Knows no process.
 */
import type { Directory } from '../model';

export interface ServiceLink {
  readonly service: string;
  /** The name of the link in services.yaml: `runbook`, `dashboard`. */
  readonly name: string;
  readonly to: string;
}

/** The links of `services`, in the order of `services`. A service that is not listed has none. */
export function serviceLinks(services: readonly string[], directory: Directory): ServiceLink[] {
  return services.flatMap((service) => {
    const links = Object.hasOwn(directory.services, service) ? directory.services[service]!.links : undefined;
    return Object.entries(links ?? {}).map(([name, to]) => ({ service, name, to }));
  });
}
