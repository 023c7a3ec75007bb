/**
 * Owns the page History: what is over, by a filter that needs no script, and the action items that
 * are still owed.
 */
import type { ActionShown, ActionsShown, EndedShown, HistoryPage } from '../contracts/page-view-history';
import type { ListRow } from '../contracts/process-view';
import { noLevel } from '../contracts/command-table';
import { ActionForm } from './action-form';
import { useActing, useRoot } from './around';
import { Choice, Day, Fold, Lines, sameWords, textOf, Tick } from './fields';
import { commandTo } from './giving';
import { ProcessLink, Way } from './links';
import { Level } from './now-page';
import { FromNow, lengthWords, Time } from './times';

export function History({ page }: Shown) {
  const { shown, next } = page;
  return (
    <>
      <h1>History</h1>
      <nav class="tabs" aria-label="What is shown">
        <Way to="history" isHere={shown.show === 'ended'}>
          What is over
        </Way>
        <Way to="history?show=actions" isHere={shown.show === 'actions'}>
          Action items
        </Way>
      </nav>
      {shown.show === 'ended' ? <Ended page={page} shown={shown} /> : <Actions page={page} shown={shown} />}
      {next !== null && (
        <p class="tabs">
          <Way to={next}>{shown.show === 'ended' ? 'Earlier' : 'Due later'}</Way>
        </p>
      )}
    </>
  );
}

interface Shown {
  readonly page: HistoryPage;
}

const all = { value: '', words: 'all' };

function Ended({ page, shown: { filter, rows, services, levels } }: Shown & { readonly shown: EndedShown }) {
  const root = useRoot();
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <form class="filter" method="get" action={`${root}history`}>
        <Choice
          name="kind"
          label="Kind"
          value={filter.kind ?? ''}
          options={[all, { value: 'incident', words: 'incidents' }, { value: 'release', words: 'releases' }]}
        />
        <Choice
          name="service"
          label="Service"
          value={filter.service ?? ''}
          options={[all, ...services.map(sameWords)]}
        />
        <Choice name="level" label="Level" value={filter.level ?? ''} options={[all, ...levels.map(sameWords)]} />
        <Day name="from" label="Ended from" value={filter.from} />
        <Day name="to" label="Ended until (included)" value={filter.to} />
        <button type="submit">Show</button>
      </form>
      {rows.length === 0 ? (
        <p>{isFiltered || page.next !== null ? 'Nothing here fits.' : 'Nothing is over yet.'}</p>
      ) : (
        <ul class="rows">
          {rows.map((row) => (
            <li key={row.id}>
              <EndedRow row={row} page={page} />
            </li>
          ))}
        </ul>
      )}
      {isFiltered && (
        <p>
          <Way to="history">Show all</Way>
        </p>
      )}
    </>
  );
}

function EndedRow({ row, page }: Shown & { readonly row: ListRow }) {
  const { id, title, severity, status, drill, services, endedAt, ended, restricted } = row;
  const since = row.declaredAt ?? row.plannedAt;
  return (
    <article>
      <h3>
        <ProcessLink id={id}>
          {severity !== noLevel && <Level severity={severity} />} {drill && 'DRILL: '}
          {title}
        </ProcessLink>
      </h3>
      <p class="quiet">
        {id} · {status}
        {services.length > 0 && ` · ${services.join(', ')}`}
        {restricted && ' · restricted'}
      </p>
      {endedAt !== undefined && (
        <p>
          Ended <Time of={endedAt} clock={page} />
          {since !== undefined && `, after ${lengthWords(since, endedAt)}`}
        </p>
      )}
      {ended !== undefined && <p class="missed">It was ended in Temporal ({ended}), by no command.</p>}
    </article>
  );
}

function Actions({ page, shown: { filter, items, leftOut } }: Shown & { readonly shown: ActionsShown }) {
  const root = useRoot();
  return (
    <>
      <form class="filter" method="get" action={`${root}history`}>
        <input type="hidden" name="show" value="actions" />
        {page.reader && <Tick name="mine" label="Only mine" value="true" isSet={filter.mine} />}
        <Tick name="overdue" label="Only overdue" value="true" isSet={filter.overdue} />
        <button type="submit">Show</button>
      </form>
      {items.length === 0 ? (
        <p>No action item is open.</p>
      ) : (
        <ul class="rows">
          {items.map((item) => (
            <li key={`${item.process.id}/${item.id}`}>
              <Action item={item} page={page} />
            </li>
          ))}
        </ul>
      )}
      {leftOut.processes > 0 && <p>{leftOut.processes} more processes have action items, all of them due later.</p>}
      {leftOut.items > 0 && <p>{leftOut.items} later action items of these processes are not in the list.</p>}
      {leftOut.earlier && <p class="missed">So many are open that some which are due earlier may be missing.</p>}
    </>
  );
}

function Action({ item, page }: Shown & { readonly item: ActionShown }) {
  const { process, id, title, name, dueAt, overdue, because } = item;
  const acting = useActing();
  return (
    <article>
      <p>
        <strong>{title}</strong>
      </p>
      <p class={overdue ? 'missed' : undefined}>
        {name}, {overdue ? 'OVERDUE, was due ' : 'due '}
        <Time of={dueAt} clock={page} />, <FromNow of={dueAt} clock={page} />
      </p>
      <p class="quiet">
        Action item {id} of{' '}
        <ProcessLink id={process.id}>
          {process.id} {process.title}
        </ProcessLink>
        , {process.status}
      </p>
      {because !== null && <p class="quiet">You cannot settle it: {because}.</p>}
      {acting && because === null && (
        <>
          <ActionForm
            page={page}
            words="Done"
            request={() => commandTo(process, 'complete-action-item', { actionItem: id })}
          />
          <Fold words="Drop it">
            <ActionForm
              page={page}
              words="Drop it"
              request={(fields) =>
                commandTo(process, 'drop-action-item', { actionItem: id, reason: textOf(fields, 'reason') ?? '' })
              }
            >
              <Lines name="reason" label="Why it will not be done" required rows={2} />
            </ActionForm>
          </Fold>
        </>
      )}
    </article>
  );
}
