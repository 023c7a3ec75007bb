/**
 * Owns how a page shows the checks of a process: what programs reported, and what they have not.
 */
import type { Governed } from './giving';
import { OutsideLink } from './links';
import { Time } from './times';

/** The latest results of checks, and the checks that have none yet. */
export function Checks({ page, process }: Pick<Governed, 'page' | 'process'>) {
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
    </section>
  );
}
