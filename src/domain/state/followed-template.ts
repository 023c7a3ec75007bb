/** Owns which template a process follows (R29). Knows nothing of what the templates say. */
import { own } from '../text/own';
import { unknownName } from '../text/nearest';
import type { Directory, ProcessKind } from '../model';

/** What the beginning of a process says of its template. */
export interface Beginning {
  readonly template?: string | undefined;
  readonly services?: readonly string[] | undefined;
  readonly labels?: readonly string[] | undefined;
}
export type Followed =
  { readonly ok: true; readonly template: string } | { readonly ok: false; readonly message: string };

/**
 * The name of the template that a process follows: the named one, else that of its first label and
 * then of its first service which name one, else the default. `known`: the templates of `kind`, the
 * default first.
 */
export function followedTemplate(
  kind: ProcessKind,
  { template, labels = [], services = [] }: Beginning,
  directory: Pick<Directory, 'services' | 'labels'>,
  known: readonly string[],
): Followed {
  const [usual] = known;
  if (usual === undefined)
    return { ok: false, message: `this installation has no template of kind ${kind}, so there can be no ${kind}s` };
  if (template !== undefined)
    return known.includes(template)
      ? { ok: true, template }
      : { ok: false, message: unknownName(`${kind} template`, template, known) };
  const meant = [
    ...labels.map((label) => own(directory.labels ?? {}, label)),
    ...services.map((service) => own(directory.services, service)),
  ].flatMap((one) => one?.templates ?? []);
  return { ok: true, template: meant.find((name) => known.includes(name)) ?? usual };
}
