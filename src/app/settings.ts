/**
 * Owns what a start is told: the role, the environment and the configuration, or every error of
 * them at once.
 */
import { formatErrors, loadConfig, readEnvironment, type Config, type Environment } from '../config';
import { checkAccess, isLoopback, type Access } from '../api/http/reach';
import { errorMessage, StartRefused } from './lifecycle';

const roles = ['all', 'api', 'worker'] as const;
export type Role = (typeof roles)[number];

/** The role that the argument of the program names; `all` without one. Throws StartRefused. */
export function readRole(argument: string | undefined): Role {
  const role = roles.find((known) => known === (argument ?? 'all'));
  if (role === undefined) throw new StartRefused(`unknown role "${argument}"; expected one of ${roles.join(', ')}`);
  return role;
}

/** How the API is reached: whether everybody has to say who they are is up to either. */
function accessOf(environment: Environment, config: Config): Access {
  return { ...environment, authentication: environment.authentication || config.access !== undefined };
}

function accessProblem(access: Access, { alerts }: Config): string[] {
  try {
    const { sources, deployments } = alerts;
    const local = Object.entries(sources).flatMap(([name, source]) => (source.local === true ? [name] : []));
    const asked = Object.entries({ ...sources, ...deployments }).map(
      ([name, { key, signature }]) =>
        [name, { asksProof: key !== undefined || signature !== undefined || local.includes(name) }] as const,
    );
    checkAccess(access, Object.fromEntries(asked));
    return [];
  } catch (error) {
    // Where people sign in, any address is right, and only a source can be wrong.
    return [`${access.authentication ? 'alerts.yaml' : 'MUSTER_HOST'}: ${errorMessage(error)}`];
  }
}

/** A line for the log, where somebody on the network could sign in as somebody else. */
export function signInWarning({ publicUrl }: Environment, { authentication }: Access): string | undefined {
  const { protocol, hostname } = new URL(publicUrl);
  return authentication && protocol !== 'https:' && !isLoopback(hostname)
    ? `people sign in at ${publicUrl} without TLS: whoever reads along on the network could take a session or a token; put a proxy that ends TLS in front (docs/access.md)`
    : undefined;
}

/**
 * The environment and the configuration. Throws StartRefused with every error of both at once.
 */
export function readSettings(role: Role): { environment: Environment; config: Config; access: Access } {
  const environment = readEnvironment(process.env, process.cwd());
  const problems: string[] = environment.ok ? [] : [...environment.errors];
  if (environment.ok) {
    const { temporalAddress } = environment.value;
    if (role !== 'all' && temporalAddress === undefined)
      problems.push(
        `TEMPORAL_ADDRESS: needed by the role ${role}; only a start of everything brings a server of its own`,
      );
  }
  const config = loadConfig(
    environment.ok ? environment.value.configFolder : (process.env['MUSTER_CONFIG'] ?? 'config'),
    // Only workers speak to the outside, so an API on its own gets no secret of a channel; and only
    // the API takes alerts.
    role === 'api' ? null : process.env,
    role === 'worker' ? null : process.env,
  );
  // Where Muster may listen depends on the sources of alerts, which a wrong folder does not tell.
  if (environment.ok && config.ok && role !== 'worker')
    problems.push(...accessProblem(accessOf(environment.value, config.value), config.value));
  if (!config.ok) problems.push(...formatErrors(config.errors).split('\n'));
  if (!environment.ok || !config.ok || problems.length > 0)
    throw new StartRefused(`Muster was not started:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  return {
    environment: environment.value,
    config: config.value,
    access: accessOf(environment.value, config.value),
  };
}
