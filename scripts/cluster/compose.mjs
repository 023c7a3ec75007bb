/**
 * Owns what docker-compose.yml says of a service: its image and its environment, read as compose
 * reads them. So the cluster without containers runs with the variables of the one with containers.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/**
 * The services of docker-compose.yml in `root`: `environment` with the variables of `variables` put
 * in, and `version`, the tag of the image. Throws when a variable is missing that the file needs.
 */
export function readCompose(root, variables) {
  const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
  return Object.fromEntries(
    Object.entries(services).map(([name, { image = '', environment = {} }]) => [
      name,
      {
        version: image.slice(image.lastIndexOf(':') + 1),
        environment: Object.fromEntries(
          Object.entries(environment).map(([key, value]) => [key, filledIn(String(value), variables)]),
        ),
      },
    ]),
  );
}

/** The version of Temporal's server. */
export function temporalVersion(root) {
  return readCompose(root, { POSTGRES_PASSWORD: '-', MUSTER_SECRET: '-' }).temporal.version;
}

// ${NAME}, ${NAME:-value when missing} and ${NAME:?complaint when missing}.
function filledIn(text, variables) {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, how, rest) => {
    if (variables[name]) return variables[name];
    if (how === '-') return rest;
    throw new Error(`docker-compose.yml needs ${name}${how === '?' ? `: ${rest}` : ''}`);
  });
}
