/** Owns the lines that a start of everything prints: where everything is, and what to try first. */
import type { Environment } from '../config';
import type { EmbeddedServer } from '../embedded/dev-server';
import { cloneRoot } from '../embedded/temporal-binary';

/** `url`: where the API answers. `embedded`: the Temporal server that Muster brought, if any. */
export function welcome(
  url: string,
  environment: Environment,
  embedded: EmbeddedServer | undefined,
  { authentication }: { readonly authentication: boolean },
): string {
  const program = `${cloneRoot()}/bin/muster.js`;
  const isPlain = /^[\w./-]+$/.test(program);
  return [
    `Muster answers at ${url}`,
    `  configuration  ${environment.configFolder}`,
    `  data           ${environment.dataFolder}`,
    `  Temporal       ${embedded ? `${embedded.address} (embedded)` : environment.temporalAddress}`,
    'Try, in another terminal:',
    `  alias muster=${isPlain ? program : `'"${program}"'`}`,
    ...(url === 'http://127.0.0.1:8080' ? [] : [`  export MUSTER_URL=${url}`]),
    ...(authentication ? ['  export MUSTER_TOKEN=...   # yours: docs/access.md'] : []),
    '  muster incident declare "Checkout is down" P0 --service payments',
    '  muster inbox',
    '  muster deadlines',
    `  muster incident ack INC-...${authentication ? '' : ' --as fatima'}`,
    'Ctrl-C stops it; what is open goes on at the next start.',
  ].join('\n');
}
