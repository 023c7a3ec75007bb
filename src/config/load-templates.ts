/**
 * Owns how the templates of a folder are read, checked against the people and audiences, and
 * compiled.
 */
import { join } from 'node:path';
import { rolesOf, approversWith } from './checks/cross-references';
import { compileTemplate } from './compile/policy';
import type { Names } from './compile/policy-references';
import { contentHash } from './files/canonical-json';
import type { ChannelsFile } from './files/channel-shapes';
import { filesIn, yamlEnding } from './files/folder-files';
import { type PeopleFile, type ServicesFile, templateShape } from './files/shapes';
import { readYaml, type ConfigError } from './files/yaml-file';
import { type Loaded, type LoadedTemplate } from './loaded';

/**
 * Reads and checks one template file against the people and audiences; undefined ones are not
 * checked.
 */
export function loadTemplate(
  path: string,
  name: string,
  people: PeopleFile | undefined,
  channels: ChannelsFile | undefined,
  services?: ServicesFile,
): Loaded<LoadedTemplate> {
  const read = readYaml(path, name, templateShape);
  const errors: ConfigError[] = read.ok ? [] : [...read.errors];
  const changed = read.ok || !read.damaged ? [] : [...read.damaged.dropped, ...read.damaged.standIns];
  const file = read.ok ? read.file : read.damaged?.file;
  // Without a valid kind or valid phases, the rest of a template cannot be checked.
  if (!file || changed.some((where) => where.length === 1 && where[0] !== 'name' && where[0] !== 'version'))
    return { ok: false, errors };
  const { value, raw, at } = file;
  const known: Names = {
    who: people && { people: Object.keys(people.people), roles: rolesOf(people) },
    audiences: channels && Object.keys(channels.audiences),
    ...(people && services
      ? { approversWith: (roles: readonly string[]) => approversWith(people, services, roles) }
      : {}),
  };
  const asks = new Set<string>();
  const standIn = (where: readonly PropertyKey[]) =>
    changed.some((path) => path.every((key, index) => String(key) === String(where[index])));
  const compiled = compileTemplate(
    value,
    known,
    (where, message) => {
      if (!standIn(where)) errors.push(at(where, message));
    },
    (asked) => asks.add(asked),
  );
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    value: {
      name: value.name,
      version: value.version,
      hash: contentHash(raw),
      kind: value.kind,
      compiled,
      asks: [...asks],
    },
  };
}

export function loadTemplates(
  folder: string,
  people: PeopleFile | undefined,
  channels: ChannelsFile | undefined,
  services: ServicesFile | undefined,
  errors: ConfigError[],
): LoadedTemplate[] {
  const templatesFolder = join(folder, 'templates');
  const { names, errors: unlisted } = filesIn(templatesFolder, 'templates', yamlEnding);
  errors.push(...unlisted);
  const found: LoadedTemplate[] = [];
  for (const name of names) {
    const loaded = loadTemplate(join(templatesFolder, name), `templates/${name}`, people, channels, services);
    if (!loaded.ok) errors.push(...loaded.errors);
    else if (found.some((template) => template.name === loaded.value.name))
      errors.push({
        file: `templates/${name}`,
        line: 1,
        column: 1,
        message: `another template is called ${loaded.value.name} already`,
      });
    else found.push(loaded.value);
  }
  for (const kind of ['incident', 'release'] as const) {
    const missing =
      !found.some((template) => template.kind === kind) && !errors.some((error) => error.file.startsWith('templates'));
    if (missing)
      errors.push({
        file: 'templates',
        line: 1,
        column: 1,
        message: `no template of kind ${kind} was found in this folder`,
      });
  }
  return found;
}
