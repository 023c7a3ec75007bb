/**
 * Owns the route of rehearsals: takes a scenario, answers its agenda. Touches no process. The work
 * is limited, because other requests wait meanwhile.
 */
import { contradictionsOf, readScenario, type ScenarioFault, worldOf } from '../../config';
import { bodySchema, parseFields } from '../../contracts/commands';
import type { CommandSpec, ProcessKind } from '../../contracts/command-table';
import { scenarioFields, type ScenarioText } from '../../contracts/rehearsal-fields';
import { rehearsalSchema } from '../../contracts/view';
import type { ShapeError } from '../../contracts/command-shape';
import { dayMs } from '../../domain';
import type { Rehearsed } from '../../words/long-work';
import { malformed } from '../http/problem';
import { jsonBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';

/**
 * Rehearsals a minute that one asker may ask for, wherever the server listens: one rehearsal
 * takes as long as many other requests.
 */
export const rehearsalsAMinute = 30;
/**
 * Limits on the activations of the process and the steps of the scenario: at most some 100 ms of
 * work.
 */
const mostActivations = 300;
const mostSteps = 100;

const kindField = {
  type: 'enum',
  values: ['incident', 'release'],
  required: true,
  about: 'the kind of process to rehearse',
} as const;
const fields = { kind: kindField, ...scenarioFields } as CommandSpec['fields'];
const body = bodySchema('rehearse', { about: 'a scenario', fields });

export function rehearsalRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'post',
      path: '/v1/rehearsals',
      name: 'rehearse',
      needs: 'viewer',
      about: 'who would be told what, and when: the same rules in virtual time; nothing is sent, nothing is kept',
      order: { body, required: true },
      perMinute: rehearsalsAMinute,
      problems: ['busy'],
      success: { status: 200, about: 'what would happen', schema: rehearsalSchema },
      handle: (call) => answer(shared, call),
    },
  ];
}

async function answer(shared: Shared, { request, principal }: Call): Promise<Answer> {
  const parsed = parseFields<Record<string, unknown>>(fields, body, jsonBody(request));
  if (!parsed.ok) throw malformed(parsed.errors);
  const { kind, ...rest } = parsed.body as { kind: ProcessKind } & ScenarioText;
  const rehearsed = await rehearsalOf(shared, principal.id, kind, rest);
  if (!rehearsed.ok) throw malformed(rehearsed.errors);
  return { body: rehearsed.answer };
}

type Outcome =
  | { readonly ok: true; readonly answer: Rehearsed['answer'] }
  | { readonly ok: false; readonly errors: readonly ShapeError[] };

/** What would happen in the scenario that `rest` writes, or what is wrong with it. */
export async function rehearsalOf(
  shared: Shared,
  actor: string,
  kind: ProcessKind,
  rest: ScenarioText,
): Promise<Outcome> {
  const now = shared.clock();
  const overrides = await shared.overrides.read();
  const world = worldOf(shared.inForce(), now, { actor });
  const read = readScenario(kind, rest, {
    ...world,
    directoryAt: (at) => ({ ...world.directoryAt(at), ...current(shared, at), overrides }),
  });
  const wrong = (faults: readonly ScenarioFault[]): Outcome => ({
    ok: false,
    errors: faults.map(({ field, index, message }) => ({
      path: index === undefined || !Array.isArray(rest[field]) ? field : `${field}[${index}]`,
      message,
    })),
  });
  if (!read.ok) return wrong(read.faults);
  if (read.script.steps.length > mostSteps) {
    const tooMany =
      rest.updateEvery === undefined
        ? { path: '', message: `at most ${mostSteps} steps are taken here` }
        : { path: 'updateEvery', message: `at most ${mostSteps} steps are taken here; say until` };
    return { ok: false, errors: [tooMany] };
  }
  const script = { ...read.script, mostActivations };
  const { refused, answer: answered } = await shared.longWork.rehearse(script);
  const contradictions = contradictionsOf(refused, read.places, script.input.at);
  if (contradictions.length > 0) return wrong(contradictions);
  return { ok: true, answer: answered };
}

// People, services and schedules as of now: the files may have changed since the start.
function current(shared: Shared, at: number) {
  const { people, teams, services } = shared.directory();
  return { people, teams, services, schedules: shared.schedules(at + 40 * dayMs) };
}
