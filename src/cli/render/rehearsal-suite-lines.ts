/**
 * Owns how the verdicts on a folder of scenarios are shown: one line each; a broken scenario also
 * shows the expectation and what happens instead.
 */
import type { AgendaLineView } from '../../contracts/rehearsal-view';
import { duration } from '../terminal/format';
import { whoOf } from './rehearsal-lines';
import { clockOf } from './clock';
import type { Layout } from '../terminal/table';
import { cleanLine, pad, width } from '../terminal/text';

export interface Judged {
  readonly file: string;
  readonly kind: string;
  readonly about: string;
  readonly zone: string;
  readonly expectations: number;
  readonly failures: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly expected: string;
    readonly instead: readonly AgendaLineView[];
  }[];
}

/** The verdicts in lines. */
export function suiteLines(judged: readonly Judged[], { style }: Layout): string[] {
  const files = Math.max(0, ...judged.map(({ file }) => width(file)));
  return judged.flatMap(({ file, about, zone, expectations, failures }) => {
    const kept = failures.length === 0;
    const head = `${style(kept ? 'good' : 'bad', kept ? 'ok    ' : 'BROKEN')}   ${pad(file, files)}   ${cleanLine(about)}${
      kept ? style('dim', `   ${expectations} kept`) : ''
    }`;
    return [
      head,
      ...failures.flatMap((failure) => [
        `  ${failure.file}:${failure.line}:${failure.column}`,
        `    expected:  ${cleanLine(failure.expected)}`,
        ...(failure.instead.length === 0 ? ['    instead:   nothing of the kind happens'] : []),
        ...failure.instead.map(
          (line, index) => `    ${index === 0 ? 'instead:  ' : '          '} ${insteadOf(line, zone)}`,
        ),
      ]),
    ];
  });
}

function insteadOf(line: AgendaLineView, zone: string): string {
  const at = Date.parse(line.at);
  const clock = clockOf(zone);
  const who = whoOf(line).join('; ');
  const about = line.about.length > 0 ? line.about.join(', ') : line.text;
  const words = line.type === 'refused' || line.type === 'nobody' ? line.text : about;
  const late = line.late >= 1000 ? `, ${duration(line.late)} late` : '';
  return cleanLine(
    `${duration(line.after)} (${clock.day(at)} ${clock.time(at)})  ${line.type}  ${words}${line.rung === undefined ? '' : ` rung ${line.rung}`}${late}${who === '' ? '' : `: ${who}`}`,
  );
}
