/**
 * Owns how a page shows the checks of a process: what programs reported, what they have not, and
 * the form by which a person reports what no program does.
 */
import { commandTable } from '../contracts/command-table';
import { given } from '../given';
import { ActionForm } from './action-form';
import { useActing } from './around';
import { Choice, Fold, Line, textOf } from './fields';
import { commandTo, mayGive, type Governed } from './giving';
import { OutsideLink } from './links';
import { Time } from './times';

/** The latest results of checks, and the checks that have none yet. */
export function Checks(governed: Governed) {
  const { page, process } = governed;
  const items = process.phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
  const asked = [...new Set(items.flatMap(({ check, status }) => (status === 'open' && check) || []))];
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
  const { page, process } = governed;
  const acting = useActing();
  if (acting === null || !mayGive(governed, 'report-check')) return null;
  const items = process.phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
  const names = [...new Set(items.flatMap(({ check }) => check ?? []))];
  return (
    <Fold words="Report a result">
      <ActionForm
        page={page}
        words="Report it"
        request={(fields) =>
          commandTo(process, 'report-check', {
            check: textOf(fields, 'check') ?? '',
            result: results.find((one) => one === fields.get('result')) ?? 'fail',
            ...given({ value: textOf(fields, 'value'), url: textOf(fields, 'url') }),
          })
        }
      >
        <Choice name="check" label="Check" required options={names.map((value) => ({ value, words: value }))} />
        <Choice name="result" label="Result" required options={results.map((value) => ({ value, words: value }))} />
        <Line name="value" label="What was measured" hint="a number, where the check asks for one, such as 85" />
        <Line name="url" label="Where it can be read" hint="a web address" max={2000} />
      </ActionForm>
    </Fold>
  );
}

const results = commandTable['report-check'].fields.result.values;
