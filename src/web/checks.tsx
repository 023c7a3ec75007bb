/**
 * Owns how a page shows the checks of a process: what programs reported, what they have not, and
 * the form by which a person reports what no program does.
 */
import { commandTable } from '../contracts/command-table';
import type { ItemView, ProcessView } from '../contracts/process-view';
import { useActing } from './around';
import { CommandForm } from './command-form';
import { Choice, Fold, Line, sameWords } from './fields';
import { mayGive, type Governed } from './giving';
import { OutsideLink } from './links';
import { Time } from './times';

/** The latest results of checks, and the checks that have none yet. */
export function Checks(governed: Governed) {
  const { page, process } = governed;
  const asked = [...new Set(itemsOf(process).flatMap(({ check, status }) => (status === 'open' && check) || []))];
  const silent = asked.filter((name) => !process.checks.some(({ check }) => check === name));
  if (process.checks.length + silent.length === 0) return null;
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Checks</h2>
      <ul>
        {process.checks.map(({ check, result, value, url, because, at }) => (
          <li key={check}>
            <strong class={result === 'fail' ? 'missed' : undefined}>{result === 'fail' ? 'FAILED' : 'passed'}</strong>{' '}
            {url === undefined ? check : <OutsideLink to={url} title={check} />}
            {value !== undefined && `: ${value}`}, <Time of={at} clock={page} />
            {because !== undefined && `. It ticked nothing: ${because}`}
          </li>
        ))}
      </ul>
      {silent.length > 0 && <p class="quiet">No result yet: {silent.join(', ')}.</p>}
      <Report {...governed} />
    </section>
  );
}

function Report(governed: Governed) {
  const acting = useActing();
  if (acting === null || !mayGive(governed, 'report-check')) return null;
  const names = [...new Set(itemsOf(governed.process).flatMap(({ check }) => check ?? []))];
  return (
    <Fold words="Report a result">
      <CommandForm {...governed} name="report-check" words="Report it">
        <Choice name="check" label="Check" required options={names.map(sameWords)} />
        <Choice name="result" label="Result" required options={results.map(sameWords)} />
        <Line name="value" label="What was measured" hint="a number, where the check asks for one, such as 85" />
        <Line name="url" label="Where it can be read" hint="a web address" max={2000} />
      </CommandForm>
    </Fold>
  );
}

function itemsOf({ phases }: ProcessView): ItemView[] {
  return phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
}

const results = commandTable['report-check'].fields.result.values;
