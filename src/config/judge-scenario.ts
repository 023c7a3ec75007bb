/** Owns the verdict on a scenario: it is rehearsed, and each expectation that does not hold is told with what happens instead. */
import { brokenBy, rehearsalAnswer, unexpectedRefusals, type AgendaLine } from '../domain';
import type { LoadedScenario } from './rehearsals';

export interface Failure {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** As it was written. */
  readonly expected: string;
  /** What happens instead: the lines that come closest. */
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

/** Rehearses one scenario. A refusal that it does not expect breaks it. */
export function judgeScenario({ file, kind, about, script, expect }: LoadedScenario): JudgedScenario {
  const answer = rehearsalAnswer(script);
  const agenda = { ...answer, lines: answer.agenda };
  const failures = expect.flatMap(({ text, line, column, value }): Failure[] => {
    const broken = brokenBy(agenda, value);
    return broken ? [{ file, line, column, expected: text, instead: broken.instead }] : [];
  });
  const refusals = unexpectedRefusals(
    agenda,
    expect.map(({ value }) => value),
  );
  if (refusals.length > 0)
    failures.push({ file, line: 1, column: 1, expected: 'nothing is refused', instead: refusals.slice(0, 3) });
  const { zone, at, paged, missed } = answer;
  return { file, kind, about: about ?? answer.title, zone, at, expectations: expect.length, failures, paged, missed };
}
