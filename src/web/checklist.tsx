/**
 * Owns the checklist of a process, phase by phase: how each item stands, and the ways to tick it,
 * to skip it and to take that back. A tick is shown before its answer, because it can be taken
 * back.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ItemView, PhaseView } from '../contracts/process-view';
import { given } from '../given';
import { ActionForm, WhoActs } from './action-form';
import { useActing } from './around';
import { Fold, Line, Lines, textOf } from './fields';
import { commandTo, isOver, mayGive, type Governed } from './giving';
import { OutsideLink } from './links';
import { nameIn } from './names';
import { standingOf } from './release-line';
import { FromNow, Sentence, Time } from './times';

export function Checklist(governed: Governed) {
  const { page, process } = governed;
  const acting = useActing();
  const because = page.rights['complete-items'];
  const applicable = process.phases.filter(({ status }) => status !== 'not-applicable');
  const others = process.phases.filter(({ status }) => status === 'not-applicable');
  if (process.phases.length === 0) return null;
  return (
    <section aria-labelledby="checklist">
      <h2 id="checklist">Checklist</h2>
      {because && !isOver(process) && <p class="quiet">You cannot tick items: {because}.</p>}
      {acting && mayGive(governed, 'complete-items') && <WhoActs acting={acting} people={page.people} />}
      {applicable.map((phase, index) => (
        <div key={phase.id}>
          {phase.stage !== undefined && phase.stage !== applicable[index - 1]?.stage && <h3>{phase.stage}</h3>}
          <Phase {...governed} phase={phase} />
        </div>
      ))}
      {others.length > 0 && (
        <p class="quiet">
          Do not apply:{' '}
          {others.map(({ name, when }) => (when === undefined ? name : `${name} (when ${when})`)).join(', ')}.
        </p>
      )}
    </section>
  );
}

function Phase({ phase, ...governed }: Governed & { readonly phase: PhaseView }) {
  const { page } = governed;
  const { name, status, hint, opensAt, opensWhen, dueAt, dueWhen, completedAt, heldBy, groups } = phase;
  // As it was at first: the item that completes a phase must not vanish under the finger. What is
  // due by no time waits folded: an incident has many such phases from its start.
  const [isOpen] = useState(status === 'open' && (dueAt ?? dueWhen) !== undefined);
  const items = groups.flatMap((group) => group.items);
  const settled = items.filter((item) => item.status !== 'open').length;
  return (
    <Fold
      open={isOpen}
      words={
        <>
          {name}: <span class={phase.late && status !== 'completed' ? 'missed' : undefined}>{standingOf(phase)}</span>,{' '}
          {settled} of {items.length} settled
        </>
      }
    >
      <p class="quiet">
        {completedAt === undefined ? (
          <>
            {status === 'upcoming' && opensAt !== undefined && (
              <>
                Opens <Time of={opensAt} clock={page} />.{' '}
              </>
            )}
            {status === 'upcoming' && opensAt === undefined && opensWhen !== undefined && `Opens at ${opensWhen}. `}
            {dueAt !== undefined && (
              <>
                Due <Time of={dueAt} clock={page} />, <FromNow of={dueAt} clock={page} />.
              </>
            )}
            {dueAt === undefined && dueWhen !== undefined && `Due at ${dueWhen}.`}
          </>
        ) : (
          <>
            Complete since <Time of={completedAt} clock={page} />
            {phase.late && ', late'}.
          </>
        )}{' '}
        {hint}
      </p>
      {heldBy && heldBy.length > 0 && <p class="missed">Held by a closed gate: {heldBy.join(', ')}.</p>}
      {groups.map((group) => (
        <div key={group.id}>
          <h4 class="group">{group.name}</h4>
          <ul class="checklist">
            {group.items.map((item) => (
              <li key={item.id}>
                <Item {...governed} item={item} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Fold>
  );
}

interface OfItem extends Governed {
  readonly item: ItemView;
}

function Item(of: OfItem) {
  const { item, page } = of;
  const acting = useActing();
  const tick = useTick(of);
  const mayTick = acting !== null && mayGive(of, 'complete-items') && isAsked(item);
  const words = (
    <>
      {item.text} <span class="quiet">({item.required ? 'required' : 'if needed'})</span>
    </>
  );
  const isDone = item.status === 'done' || tick.isWished;
  const isMine = tick.isMine && item.status === 'done';
  // The button that was pressed is gone with its answer, and the focus with it.
  const ticked = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (isMine && document.activeElement === document.body) ticked.current?.focus();
  }, [isMine]);
  return (
    <>
      {mayTick && item.status === 'open' ? (
        <button type="button" class="todo" role="checkbox" aria-checked={isDone} onClick={() => void tick.done()}>
          <Box isDone={isDone} />
          <span>
            {words}
            {tick.isWished && ' ...'}
          </span>
        </button>
      ) : (
        <p class="todo" ref={ticked} tabIndex={isMine ? -1 : undefined}>
          <Box isDone={isDone} isSkipped={item.status === 'skipped'} />
          <span>{words}</span>
        </p>
      )}
      <Standing {...of} />
      {tick.said !== undefined && (
        <p class="refused" role="alert">
          <strong>Not done:</strong> <Sentence text={tick.said} clock={page} />
        </p>
      )}
      {isMine && mayGive(of, 'reopen-items') && (
        <button type="button" onClick={() => void tick.undo()}>
          Undo
        </button>
      )}
      {acting && <More {...of} />}
    </>
  );
}

// The words beside it say the same.
function Box({ isDone, isSkipped }: { readonly isDone: boolean; readonly isSkipped?: boolean }) {
  return (
    <span class="todo-box" aria-hidden="true">
      {isDone ? '✓' : isSkipped ? '–' : ''}
    </span>
  );
}

function isAsked({ status }: ItemView): boolean {
  return status === 'open' || status === 'done' || status === 'skipped';
}

// What the reader did here with the item, until the page says it too.
function useTick({ item, process, page }: OfItem) {
  const acting = useActing();
  const [isWished, setWished] = useState(false);
  const [isMine, setMine] = useState(false);
  const [said, setSaid] = useState<string>();
  const give = async (isTick: boolean) => {
    if (acting === null || isWished) return;
    if (page.people !== null && acting.me === undefined)
      return setSaid('say first who you are, at the top of the checklist.');
    setSaid(undefined);
    setWished(isTick);
    const request = isTick
      ? commandTo(process, 'complete-items', { items: [item.id] })
      : commandTo(process, 'reopen-items', { items: [item.id], reason: 'ticked by mistake' });
    const outcome = await acting.send({ ...request, key: crypto.randomUUID() });
    setWished(false);
    if (!outcome.ok) return setSaid(outcome.because);
    setMine(isTick);
  };
  return { isWished, isMine, said, done: () => give(true), undo: () => give(false) };
}

function Standing({ item, page, process }: OfItem) {
  const { status, by, at, note, evidence, owner, check, needs, overFailedCheck, shows } = item;
  const words = statusWords[status];
  return (
    <p class="quiet todo-note">
      {words !== '' && (
        <>
          {words}
          {by !== undefined && ` by ${nameIn(page, by)}`}
          {at !== undefined && (
            <>
              {', '}
              <Time of={at} clock={page} />
            </>
          )}
          {'. '}
        </>
      )}
      {overFailedCheck !== undefined && `Done over a failed check: ${overFailedCheck}. `}
      {owner !== undefined && `Owner: ${nameIn(page, owner)}. `}
      {check !== undefined && `Check: ${check}. `}
      {needs && needs.length > 0 && `Needs first: ${needs.join(', ')}. `}
      <code>{item.id}</code>
      {shows === 'recent-changes' && process.recentChanges && (
        <>
          {' '}
          <a href="#changes">The recent changes</a>
        </>
      )}
      {note !== undefined && (
        <>
          <br />
          Note: <Sentence text={note} clock={page} />
        </>
      )}
      {evidence !== undefined && (
        <>
          <br />
          Evidence: <OutsideLink to={evidence} />
        </>
      )}
    </p>
  );
}

const statusWords = {
  open: '',
  done: 'Done',
  skipped: 'Skipped',
  'not-needed': 'Not needed',
  'not-applicable': 'Does not apply',
} as const satisfies Record<ItemView['status'], string>;

/** The rarer ways; made when they are asked for, because a checklist has a hundred items. */
function More(of: OfItem) {
  const { item, page, process } = of;
  const [isOpen, setOpen] = useState(false);
  const isOpenItem = item.status === 'open';
  const may = {
    tick: isOpenItem && mayGive(of, 'complete-items'),
    skip: isOpenItem && mayGive(of, 'skip-items'),
    reopen: (item.status === 'done' || item.status === 'skipped') && mayGive(of, 'reopen-items'),
  };
  if (!may.tick && !may.skip && !may.reopen) return null;
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{isOpenItem ? (may.skip ? 'With a note, or skip' : 'With a note') : 'Take back'}</summary>
      {isOpen && may.tick && (
        <ActionForm
          page={page}
          words="Tick with this"
          request={(fields) =>
            commandTo(process, 'complete-items', {
              items: [item.id],
              ...given({ note: textOf(fields, 'note'), evidence: textOf(fields, 'evidence') }),
            })
          }
        >
          <Lines name="note" label="Note" rows={2} hint="needed over a failed check: why it is done all the same" />
          <Line name="evidence" label="Evidence" hint="a link, or words that prove it" max={1000} />
        </ActionForm>
      )}
      {isOpen && may.skip && (
        <ActionForm
          page={page}
          words="Skip it"
          request={(fields) =>
            commandTo(process, 'skip-items', { items: [item.id], reason: textOf(fields, 'reason') ?? '' })
          }
        >
          <Lines name="reason" label="Why it is skipped" required rows={2} />
        </ActionForm>
      )}
      {isOpen && may.reopen && (
        <ActionForm
          page={page}
          words="Open it again"
          request={(fields) =>
            commandTo(process, 'reopen-items', { items: [item.id], reason: textOf(fields, 'reason') ?? '' })
          }
        >
          <Lines name="reason" label="Why it is not settled after all" required rows={2} />
        </ActionForm>
      )}
    </details>
  );
}
