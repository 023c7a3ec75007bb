/**
 * Owns the work that takes longer than an answer may hold up others: a rehearsal, the coverage of
 * the days ahead, and a report as a page. Functions over plain JSON, so that another thread can do
 * them. Knows no thread.
 */
import {
  answerOf,
  coverage,
  rehearse,
  type Coverage,
  type CoverageQuestion,
  type RefusedStep,
  type Script,
} from '../domain';
import { reportPage } from './report-html';

/** What became of a rehearsal: what was refused of the script, and what readers get. */
export interface Rehearsed {
  readonly refused: readonly RefusedStep[];
  readonly answer: ReturnType<typeof answerOf>;
}
/** A report in words, on its way to a page. */
export interface WrittenReport {
  readonly title: string;
  readonly markdown: string;
}

/** Each kind of the work by its name. */
export const longWork = {
  rehearse(script: Script): Rehearsed {
    const rehearsal = rehearse(script);
    return { refused: rehearsal.refused, answer: answerOf(script, rehearsal) };
  },
  coverage(question: CoverageQuestion): Coverage {
    return coverage(question);
  },
  reportPage({ title, markdown }: WrittenReport): string {
    return reportPage(title, markdown);
  },
};
type Work = typeof longWork;

/**
 * Who does the work, here or in another thread. Each promise rejects with TooMuchWork when too many
 * wait already, or when the work takes too long.
 */
export type LongWorker = {
  readonly [N in keyof Work]: (...input: Parameters<Work[N]>) => Promise<ReturnType<Work[N]>>;
};

/** Nothing was done; the same may be asked again later. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}
