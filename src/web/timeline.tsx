/**
 * Owns what happened to a process, on its page: the newest first, and the filter of it, a plain
 * form that a script answers without loading the page anew.
 */
import { useEffect, useRef } from 'preact/hooks';
import { queryOf, shownKindIn, shownKinds, type TimelineFilter } from '../contracts/entry-kinds';
import type { Account } from '../contracts/page-view';
import type { ProcessView } from '../contracts/process-view';
import { processPath } from '../contracts/typed-id';
import { given } from '../given';
import { useActing, useRoot } from './around';
import { Choice, Line, textOf } from './fields';
import { Way } from './links';
import { nameIn } from './names';
import { Sentence, Time, type Clock } from './times';

interface Told {
  readonly page: Clock & Account;
  readonly process: Pick<ProcessView, 'id' | 'kind'>;
}

export function Timeline({ page, process: { id, kind } }: Told) {
  const { timeline, earlier, filter } = page;
  const isFiltered = queryOf(filter) !== '';
  const path = processPath(kind, id);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <Filter filter={filter} path={path} />
      <p role="status" class="quiet">
        {isFiltered && foundWords(timeline.length + earlier)}
      </p>
      {isFiltered && (
        <p class="tabs">
          <Way to={`${path}#timeline`}>Show all</Way>
        </p>
      )}
      <ol class="timeline">
        {timeline.map(({ seq, at, by, text }) => (
          <li key={seq}>
            <Time of={at} clock={page} /> {by !== 'muster' && <strong>{nameIn(page, by)}: </strong>}
            <Sentence text={text} clock={page} />
          </li>
        ))}
      </ol>
      {earlier > 0 && (
        <p class="tabs">
          {earlier} earlier: <Way to={`v1/${path}/report?full=true`}>the full report</Way>
        </p>
      )}
    </section>
  );
}

function foundWords(found: number): string {
  return found === 0 ? 'No entry fits.' : `${found} ${found === 1 ? 'entry fits' : 'entries fit'}.`;
}

const options = [
  { value: '', words: 'everything' },
  ...Object.entries(shownKinds).map(([value, words]) => ({ value, words })),
];
/** Whoever types is asked for once they pause. */
const pauseMs = 300;

function Filter({ filter, path }: { readonly filter: TimelineFilter; readonly path: string }) {
  const acting = useActing();
  const root = useRoot();
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(pause.current), []);
  const showSoon = (form: HTMLFormElement, ms: number) => {
    clearTimeout(pause.current);
    pause.current = setTimeout(() => void acting?.turnTo(`${path}${queryOf(filterIn(new FormData(form)))}`), ms);
  };
  return (
    <form
      class="filter"
      method="get"
      action={`${root}${path}#timeline`}
      onInput={({ currentTarget }) => showSoon(currentTarget, pauseMs)}
      onSubmit={(event) => {
        if (acting === null) return;
        event.preventDefault();
        showSoon(event.currentTarget, 0);
      }}
    >
      <Choice name="show" label="Show" value={filter.show ?? ''} options={options} />
      <Line name="text" label="With the words" value={filter.text} />
      {/* A script needs no button: it answers whoever chooses or types. */}
      {acting === null && <button type="submit">Show these</button>}
    </form>
  );
}

function filterIn(fields: FormData): TimelineFilter {
  return given({ show: shownKindIn(textOf(fields, 'show')), text: textOf(fields, 'text') });
}
