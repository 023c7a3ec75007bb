/**
 * Owns the views of the loaded configuration: templates with version and hash, people, services.
 */
import {
  pageSchema,
  personRowSchema,
  serviceRowSchema,
  templateRowSchema,
  templateSchema,
  type TemplateRow,
  type TemplateView,
} from '../../contracts/view';
import type { ProcessKind } from '../../contracts/command-table';
import { templatesOf, type Config, type LoadedTemplate } from '../../config';
import {
  conditionWords,
  deploymentPhase,
  instantWords,
  specWords,
  unknownName,
  drillLevel,
  levelsOf,
} from '../../domain';
import { formatLength } from '../../domain/time/duration';
import { ApiProblem } from '../http/problem';
import { checkKnown, readQuery, type Parameters } from '../http/query';
import type { Route, Shared } from '../http/route';
import { given } from '../../given';

const kinds: readonly ProcessKind[] = ['incident', 'release'];

const peopleQuery = {
  person: { type: 'string', about: 'only this person', max: 120 },
} as const satisfies Parameters;

/** The templates that new processes begin with; of each kind the default first. */
export function templateRows(config: Config): TemplateRow[] {
  return kinds.flatMap((kind) => templatesOf(config, kind).map((template) => rowOf(config, template)));
}

function rowOf(config: Config, { name, kind, version, hash, compiled }: LoadedTemplate): TemplateRow {
  return {
    id: name,
    kind,
    version,
    hash,
    default: templatesOf(config, kind)[0]?.name === name,
    levels: levelsOf(compiled),
    drillLevel: drillLevel(compiled),
  };
}

export function configurationRoutes({ config, directory }: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/templates',
      name: 'list-templates',
      needs: 'viewer',
      about: 'the templates that new processes begin with; of each kind the default first',
      success: { status: 200, about: 'templates', schema: pageSchema(templateRowSchema) },
      handle: () => ({ body: { items: templateRows(config), next: null } }),
    },
    {
      method: 'get',
      path: '/v1/templates/:name',
      name: 'get-template',
      needs: 'viewer',
      about: 'a template: severities, phases with their items, gates, ladders',
      success: { status: 200, about: 'the template', schema: templateSchema },
      problems: ['not-found'],
      handle: ({ params }) => {
        const found = config.templates.find(({ name }) => name === params['name']);
        if (!found)
          throw new ApiProblem(
            'not-found',
            unknownName(
              'template',
              params['name'] ?? '',
              config.templates.map(({ name }) => name),
            ),
          );
        return { body: { ...rowOf(config, found), ...contentOf(found) } };
      },
    },
    {
      method: 'get',
      path: '/v1/people',
      name: 'list-people',
      needs: 'viewer',
      about: 'people, their roles and how they are reached',
      query: peopleQuery,
      success: { status: 200, about: 'people', schema: pageSchema(personRowSchema) },
      handle: ({ request }) => {
        const { person } = readQuery(peopleQuery, request.query);
        const { people } = directory();
        if (person !== undefined) checkKnown('person', person, Object.keys(people));
        const items = Object.entries(people)
          .filter(([id]) => person === undefined || id === person)
          .map(([id, { name, roles, reach }]) => ({ id, name, roles, reach }));
        return { body: { items, next: null } };
      },
    },
    {
      method: 'get',
      path: '/v1/services',
      name: 'list-services',
      needs: 'viewer',
      about: 'services and the teams that answer for them',
      success: { status: 200, about: 'services', schema: pageSchema(serviceRowSchema) },
      handle: () => ({
        body: { items: Object.entries(directory().services).map(([id, service]) => ({ id, ...service })), next: null },
      }),
    },
  ];
}

function contentOf({ compiled }: LoadedTemplate): Omit<TemplateView, keyof TemplateRow> {
  const severities = Object.fromEntries(
    Object.entries(compiled.severities).map(
      ([
        id,
        { name, means, examples, hint, response, updateEvery, update, page, calendar, ladders, escalateTo, inform },
      ]) => [
        id,
        {
          name,
          means,
          examples: [...examples],
          ...given({ hint }),
          response: formatLength(response),
          updateEvery: formatLength(updateEvery),
          ...given({ update, page, calendar, ladders: ladders && { ...ladders } }),
          escalateTo: [...escalateTo],
          inform: [...inform],
        },
      ],
    ),
  );
  return {
    severities,
    phases: compiled.phases.map(({ id, stage, name, hint, opens, due, when, each, ladder, groups }) => ({
      id,
      ...given({ stage }),
      name,
      ...given({ hint, opens: specWords(opens), due: specWords(due), when: conditionWords(when), each, ladder }),
      groups: groups.map((group) => ({
        id: group.id,
        name: group.name,
        ...given({ when: conditionWords(group.when), each: group.each }),
        items: group.items.map((item) => ({
          id: item.id,
          text: item.text,
          required: item.ifNeeded !== true,
          ...given({
            owner: item.owner,
            doneWhen: item.doneWhen,
            check: item.check?.name,
            due: specWords(item.due),
            needs: item.needs && [...item.needs],
            when: conditionWords(item.when),
            ladder: item.ladder,
          }),
        })),
      })),
    })),
    ...given({ deployment: deploymentPhase(compiled)?.id }),
    gates: compiled.gates.map(({ id, before, min, majority = false, veto = true, each = [], notBefore, roles }) => ({
      ...{ id, before, min, majority, veto, each: [...each], roles: [...roles] },
      ...given({ notBefore: notBefore && instantWords(notBefore.anchor, notBefore.offset) }),
    })),
    ladders: Object.fromEntries(
      Object.entries({ ...compiled.ladders, ...compiled.namedLadders }).map(([name, rungs]) => [
        name,
        rungs.map(({ at, mode, to, when }, index) => ({
          rung: index + 1,
          at: instantWords('due', at),
          mode,
          to: [...to],
          ...given({ when: conditionWords(when) }),
        })),
      ]),
    ),
  };
}
