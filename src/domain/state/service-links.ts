/**
 * Owns the standing links of the affected services, as services.yaml has them at the moment. Knows
 * no process.
 */
import type { Directory } from '../model';

export interface ServiceLink {
  readonly service: string;
  /** What it is, as it is called there: `runbook`, `dashboard`. */
  readonly name: string;
  readonly to: string;
}

/** The links of `services`, in their order; services that are not listed have none. */
export function serviceLinks(services: readonly string[], directory: Directory): ServiceLink[] {
  return services.flatMap((service) => {
    const links = Object.hasOwn(directory.services, service) ? directory.services[service]!.links : undefined;
    return Object.entries(links ?? {}).map(([name, to]) => ({ service, name, to }));
  });
}
