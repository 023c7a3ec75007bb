/**
 * Owns the verdict on a rehearsed scenario: each expectation that does not hold, with the agenda
 * lines that happen instead.
 */
import { answerOf, brokenBy, refusalLine, unexpectedRefusals, type AgendaLine } from '../../domain';
import type { LoadedScenario } from './rehearsals';
import { mostActivations } from './scenario';

export interface Failure {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The text of the expectation. */
  readonly expected: string;
  /** The agenda lines that come closest. */
  readonly instead: readonly AgendaLine[];
}
export interface JudgedScenario {
  readonly file: string;
  readonly kind: 'incident' | 'release';
  readonly about: string;
  readonly zone: string;
  readonly at: string;
  readonly expectations: number;
  readonly failures: readonly Failure[];
  readonly paged: number;
  readonly missed: readonly string[];
}

/** Judges one scenario. An unexpected refusal is a failure, at the place of the refused step. */
export function judgeScenario({
  file,
  kind,
  about,
  script,
  rehearsal,
  placeOf,
  expect,
}: LoadedScenario): JudgedScenario {
  const answer = answerOf(script, rehearsal);
  const agenda = { ...answer, lines: answer.agenda };
  const failures = expect.flatMap(({ text, line, column, value }): Failure[] => {
    const broken = brokenBy(agenda, value);
    return broken ? [{ file, line, column, expected: text, instead: broken.instead }] : [];
  });
  const unexpected = unexpectedRefusals(
    rehearsal.refused,
    expect.map(({ value }) => value),
  );
  const refusals = new Map<string, Failure>();
  for (const one of unexpected) {
    const { line, column } = placeOf(one.step);
    const instead = [...(refusals.get(`${line}:${column}`)?.instead ?? []), refusalLine(rehearsal.run.state, one)];
    refusals.set(`${line}:${column}`, { file, line, column, expected: 'nothing is refused', instead });
  }
  failures.push(...refusals.values());
  // What would come after the cut is unknown, so that nothing of the kind came proves nothing.
  if (answer.ends === 'limit')
    failures.push({
      file,
      line: 1,
      column: 1,
      expected: `at most ${mostActivations} steps of the process, so that nothing is cut off`,
      instead: answer.agenda.slice(-1),
    });
  const { zone, at, paged, missed } = answer;
  return { file, kind, about: about ?? answer.title, zone, at, expectations: expect.length, failures, paged, missed };
}
