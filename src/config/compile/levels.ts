/**
 * Owns how the levels of severity of a template become policy (R28), and what is refused because
 * one line of a level takes another back.
 */
import { dayMs, hourMs, kindRules, type Policy, type SeverityPolicy } from '../../domain';
import { noLevel } from '../../contracts/command-table';
import { deadlineKinds, responseKind } from '../../contracts/deadline-kinds';
import { camelCased } from '../../contracts/camel-case';
import { given } from '../../given';
import type { TemplateFile } from '../files/shapes';
import { intervalOf, noSuchDeadline } from './ladders';
import type { Complain, References } from './policy-references';

type SeverityFile = TemplateFile['severities'][string];

/** Compiles every level. The result is only valid when there was no complaint. */
export function compileLevels(
  file: TemplateFile,
  references: References,
  complain: Complain,
): Pick<Policy, 'severities' | 'usualSeverity'> {
  return {
    severities: severitiesOf(file, references, complain),
    ...given({ usualSeverity: usualSeverityOf(file, complain) }),
  };
}

function severitiesOf(file: TemplateFile, references: References, complain: Complain): Policy['severities'] {
  const ids = Object.keys(file.severities);
  const compiled = Object.entries(file.severities).map(([id, severity], index): [string, SeverityPolicy] => {
    const path = ['severities', id];
    const same = ids.slice(0, index).find((other) => other.toLowerCase() === id.toLowerCase());
    if (same !== undefined)
      complain(path, `another level is called ${same}, and names count the same in either case; give it another name`);
    severity['escalate-to'].forEach((name, place) => references.recipient([...path, 'escalate-to', place], name, []));
    severity.inform.forEach((name, place) => references.audience([...path, 'inform', place], name));
    if (severity.calendar !== undefined) references.calendar([...path, 'calendar'], severity.calendar);
    references.inHours([...path, 'response'], severity.response, severity.calendar);
    references.inHours([...path, 'update-every'], severity['update-every'], severity.calendar);
    refuseContradictions(file, path, severity, complain);
    return [id, compiledLevel(severity)];
  });
  if (compiled.length > 0) return Object.fromEntries(compiled);
  if (file.kind === 'incident')
    complain(
      ['severities'],
      'an incident needs at least one level, the worst first: severities: { sev1: { name: ..., means: ..., response: 5m, update-every: 15m, escalate-to: [...] } }',
    );
  return { [noLevel]: withoutLevels };
}

function compiledLevel(severity: SeverityFile): SeverityPolicy {
  const { default: _, update, 'update-every': __, ...stated } = severity;
  return {
    ...camelCased(stated),
    updateEvery: intervalOf(severity),
    ...given({ update: typeof update === 'object' ? ('once' as const) : update }),
  };
}

function refuseContradictions(
  file: TemplateFile,
  path: readonly PropertyKey[],
  { update, 'update-every': every, insist, page, 'page-during': hours, ...stated }: SeverityFile,
  complain: Complain,
): void {
  if ((update === undefined) === (every === undefined))
    complain(path, 'a level says either update-every: 15m, or update: none, or update: { once: 2bd }');
  if (insist !== undefined && hours !== undefined)
    complain([...path, 'insist'], 'insist pages day and night, and page-during says the opposite; leave one out');
  if (insist !== undefined && page !== undefined)
    complain([...path, 'insist'], 'insist pages, and page: none says that nobody is paged; leave one out');
  for (const kind of deadlineKinds)
    if (stated.ladders?.[kind] !== undefined && !kindRules[kind].processes.includes(file.kind))
      complain([...path, 'ladders', kind], noSuchDeadline(file, kind));
  for (const [key, length] of Object.entries({ insist, 'acknowledged-for': stated['acknowledged-for'] }))
    if (length !== undefined && !kindRules[responseKind].processes.includes(file.kind))
      complain([...path, key], `${noSuchDeadline(file, responseKind)}, so this means nothing; leave the line out`);
}

/** The level of a release that names none (R28). Undefined when no level is marked. */
function usualSeverityOf({ kind, severities }: TemplateFile, complain: Complain): Policy['usualSeverity'] {
  const marked = Object.entries(severities).filter(([, level]) => level.default);
  for (const [id] of marked) {
    if (kind === 'incident')
      complain(
        ['severities', id, 'default'],
        'only a release may leave its severity out; whoever declares an incident says how bad it is',
      );
    else if (id !== marked[0]![0])
      complain(
        ['severities', id, 'default'],
        `${marked[0]![0]} is the default already; leave one of the two marks out`,
      );
  }
  return marked[0]?.[0];
}

// What a release template that states no level says of its releases.
const withoutLevels: SeverityPolicy = {
  name: 'no levels',
  means: 'the template has no levels',
  examples: [],
  response: { n: hourMs, unit: 'ms' },
  updateEvery: { n: dayMs, unit: 'ms' },
  escalateTo: ['escalation-manager'],
  inform: [],
};
