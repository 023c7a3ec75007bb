/**
 * Owns `npm run schema`: writes config/schema/*.schema.json from the shapes, so that an editor
 * completes the YAML.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { jsonSchemas } from '../src/config/scenarios/json-schema';

const folder = join(__dirname, '..', 'config', 'schema');

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    const path = join(folder, `${name}.schema.json`);
    writeFileSync(path, await format(JSON.stringify(schema), { ...(await resolveConfig(path)), filepath: path }));
  }
}
void main();
