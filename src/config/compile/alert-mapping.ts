/**
 * Owns how a mapping of alerts.yaml, or of a preset, becomes one that the rules follow: paths and
 * texts are read once. Faults say where and what would be right.
 */
import type { z } from 'zod';
import {
  listOf,
  pathOf,
  patternOf,
  type AlertMapping,
  type ChangeMapping,
  type FieldRules,
  type LabelRule,
  type MessageRules,
  type Pattern,
  type StateRule,
} from '../../domain';
import { given } from '../../given';
import type { changeMapShape, mappingShape } from '../files/alert-shapes';

type Mapping = z.infer<typeof mappingShape>;
type ChangeMap = z.infer<typeof changeMapShape>;
export interface MappingFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The mapping, and the faults of `file`; with faults the mapping is not whole. */
export function compileMapping(file: Mapping): { readonly mapping: AlertMapping; readonly faults: MappingFault[] } {
  const faults: MappingFault[] = [];
  const { pathAt, patternAt, patternsAt, labelsAt } = readersOf(faults);

  const stateAt = (state: NonNullable<Mapping['state']>, path: readonly PropertyKey[]): StateRule => {
    if (typeof state === 'string') return { always: state };
    if ('until' in state) return { until: patternAt(state.until, [...path, 'until']) };
    const { of, ...words } = state;
    return {
      of: patternsAt(of, [...path, 'of']),
      words: Object.fromEntries(
        Object.entries(words).flatMap(([says, list]) => (list === undefined ? [] : [[says, listOf(list)]])),
      ),
    };
  };
  const some = (texts: string | readonly string[] | undefined, path: readonly PropertyKey[]) =>
    texts === undefined ? undefined : patternsAt(texts, path);
  const fieldsAt = (fields: Omit<Mapping, 'labels' | 'group' | 'variants'>, path: readonly PropertyKey[]): FieldRules =>
    given({
      key: some(fields.key, [...path, 'key']),
      state: fields.state === undefined ? undefined : stateAt(fields.state, [...path, 'state']),
      title: some(fields.title, [...path, 'title']),
      text: some(fields.text, [...path, 'text']),
      severity: some(fields.severity, [...path, 'severity']),
      service: some(fields.service, [...path, 'service']),
      runbook: some(fields.runbook, [...path, 'runbook']),
      startsAt: some(fields['starts-at'], [...path, 'starts-at']),
      endsAt: some(fields['ends-at'], [...path, 'ends-at']),
      endsAfterMs: fields['ends-after'],
      by: some(fields.by, [...path, 'by']),
      links:
        fields.links &&
        Object.fromEntries(
          Object.entries(fields.links).map(([title, url]) => [title, patternAt(url, [...path, 'links', title])]),
        ),
    });

  const { open, each, labels, unset, group, variants, ...fields } = file;
  const mapping: AlertMapping = {
    ...fieldsAt(fields, []),
    ...given({
      open: open === undefined ? undefined : pathAt(open, ['open']),
      each: each === undefined ? undefined : pathAt(each, ['each']),
      labels: labels === undefined ? undefined : labelsAt(labels, ['labels']),
      unset,
      group: group && {
        key: patternAt(group.key, ['group', 'key']),
        ...given({
          state: group.state && stateAt(group.state, ['group', 'state']),
          leftOut: group['left-out'] === undefined ? undefined : patternAt(group['left-out'], ['group', 'left-out']),
        }),
      },
      variants: variants?.map(({ when, ...changed }, index) => ({
        ...fieldsAt(changed, ['variants', index]),
        when: Object.entries(when).map(([of, is]) => ({
          of: patternAt(of, ['variants', index, 'when', of]),
          is: listOf(is),
        })),
      })),
    }),
  };
  return { mapping, faults };
}

// How paths, texts and labels are read; what cannot be read is noted among `faults`.
function readersOf(faults: MappingFault[]) {
  const pathAt = (text: string, path: readonly PropertyKey[]) => {
    const read = pathOf(text);
    if (read === undefined)
      faults.push({ path, message: `${JSON.stringify(text)} is no path; expected one such as labels.severity` });
    return read ?? { from: 'entry' as const, steps: [] };
  };
  const patternAt = (text: string, path: readonly PropertyKey[]): Pattern => {
    const read = patternOf(text);
    if (read === undefined)
      faults.push({
        path,
        message: `${JSON.stringify(text)} cannot be read; expected a path in braces, such as {labels.severity}`,
      });
    return read ?? [];
  };
  const patternsAt = (texts: string | readonly string[], path: readonly PropertyKey[]): Pattern[] =>
    typeof texts === 'string'
      ? [patternAt(texts, path)]
      : texts.map((text, index) => patternAt(text, [...path, index]));
  const labelAt = (label: LabelFile, path: readonly PropertyKey[]): LabelRule => {
    if (typeof label === 'string') return { fields: pathAt(label, path) };
    if ('list' in label) return { ...label, list: pathAt(label.list, [...path, 'list']) };
    if ('part' in label) {
      const { part, name, after, before } = label;
      return { part: pathAt(part, [...path, 'part']), name, ...given({ after, before }) };
    }
    return { ...label, pairs: pathAt(label.pairs, [...path, 'pairs']) };
  };
  const labelsAt = (labels: LabelsFile | undefined, path: readonly PropertyKey[]): LabelRule[] => {
    const list: readonly LabelFile[] = labels === undefined ? [] : Array.isArray(labels) ? labels : [labels];
    return list.map((label, index) => labelAt(label, [...path, index]));
  };
  return { pathAt, patternAt, patternsAt, labelsAt };
}

/** The same of how messages of a deployment tool are read. */
export function compileChangeMap(file: ChangeMap): {
  readonly mapping: ChangeMapping;
  readonly faults: MappingFault[];
} {
  const faults: MappingFault[] = [];
  const { patternAt, patternsAt, labelsAt } = readersOf(faults);
  const some = (texts: string | readonly string[] | undefined, path: readonly PropertyKey[]) =>
    texts === undefined ? [] : patternsAt(texts, path);
  const messages = file.messages.map(({ when, what, state, ...fields }, index): MessageRules => {
    const at = ['messages', index];
    const words = Object.entries({ succeeded: state?.succeeded, failed: state?.failed, ignored: state?.ignored });
    return {
      when: Object.entries(when).map(([of, is]) => ({ of: patternAt(of, [...at, 'when', of]), is: listOf(is) })),
      what,
      id: some(fields.id, [...at, 'id']),
      check: some(fields.check, [...at, 'check']),
      title: some(fields.title, [...at, 'title']),
      release: some(fields.release, [...at, 'release']),
      service: some(fields.service, [...at, 'service']),
      version: some(fields.version, [...at, 'version']),
      environment: some(fields.environment, [...at, 'environment']),
      url: some(fields.url, [...at, 'url']),
      by: some(fields.by, [...at, 'by']),
      at: some(fields.at, [...at, 'at']),
      ...given({
        state: state && {
          of: some(state.of, [...at, 'state', 'of']),
          words: Object.fromEntries(
            words.flatMap(([says, list]) => (list === undefined ? [] : [[says, listOf(list)]])),
          ),
        },
      }),
    };
  });
  return { mapping: { labels: labelsAt(file.labels, ['labels']), messages }, faults };
}

type LabelsFile = NonNullable<Mapping['labels']>;
type LabelFile = Exclude<LabelsFile, readonly unknown[]>;
