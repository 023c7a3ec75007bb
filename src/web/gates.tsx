/**
 * Owns how a page shows the gates of a process: why each is closed, the votes, the ways to vote.
 */
import type { GateView } from '../contracts/process-view';
import { useActing } from './around';
import { CommandForm } from './command-form';
import { Choice, Fold, Lines, sameWords } from './fields';
import { isOver, mayGive, type Governed } from './giving';
import { ProcessLink } from './links';
import { nameIn } from './names';
import { Sentence, Time } from './times';

interface Gated extends Governed {
  /** By gate: null when the reader may override it, else why not. */
  readonly overrides: Readonly<Record<string, string | null>>;
}

export function Gates(gated: Gated) {
  const { page, process } = gated;
  if (process.gates.length === 0) return null;
  const because = page.rights['decide'];
  return (
    <section aria-labelledby="gates">
      <h2 id="gates">Gates</h2>
      {because && !isOver(process) && <p class="quiet">You cannot vote: {because}.</p>}
      {process.gates.map((gate) => (
        <Gate key={gate.id} {...gated} gate={gate} />
      ))}
    </section>
  );
}

function Gate({ gate, ...gated }: Gated & { readonly gate: GateView }) {
  const { page, process } = gated;
  const { id, before, notBefore, approvals, closedBecause, overridden, overFailedChecks } = gate;
  const phase = process.phases.find((one) => one.id === before);
  const isClosed = !isOpenGate(gate);
  return (
    <article class="raised">
      <h3>
        {id}, before {phase?.name ?? before}: <span class={isClosed ? 'missed' : undefined}>{standingOf(gate)}</span>
      </h3>
      {overridden && (
        <p>
          Overridden by {nameIn(page, overridden.by)}, <Time of={overridden.at} clock={page} />:{' '}
          <Sentence text={overridden.reason} clock={page} />
        </p>
      )}
      {closedBecause.length > 0 && (
        <>
          <p>{isClosed ? 'Closed because:' : 'It was closed then because:'}</p>
          <ul>
            {closedBecause.map(({ reason, text, incident }) => (
              <li key={`${reason}/${text}`}>
                <Sentence text={text} clock={page} /> {incident !== undefined && <ProcessLink id={incident} />}
              </li>
            ))}
          </ul>
        </>
      )}
      {notBefore !== undefined && isClosed && (
        <p>
          It stays closed until <Time of={notBefore} clock={page} />, whatever the votes say.
        </p>
      )}
      {approvals.length === 0 ? (
        <p>Nobody has voted.</p>
      ) : (
        <ul>
          {approvals.map(({ person, decision, at, note, stale, notBinding }) => (
            <li key={`${person}/${at}`}>
              <strong>{nameIn(page, person)}</strong>: {decision}, <Time of={at} clock={page} />
              {note !== undefined && (
                <>
                  : <Sentence text={note} clock={page} />
                </>
              )}
              {stale !== undefined && ` (counts no more: ${stale})`}
              {notBinding !== undefined && ` (does not bind: ${notBinding})`}
            </li>
          ))}
        </ul>
      )}
      {overFailedChecks && overFailedChecks.length > 0 && (
        <>
          <p>Done by hand over a failed check:</p>
          <ul>
            {overFailedChecks.map(({ item, because, reason, by }) => (
              <li key={item}>
                {item}: {because}; {nameIn(page, by)}: {reason}
              </li>
            ))}
          </ul>
        </>
      )}
      {isAsked(gate, gated) && <Vote {...gated} gate={gate} isClosed={isClosed} />}
    </article>
  );
}

/** Whether nothing waits at the gate: the votes say go, or somebody passed it. */
export function isOpenGate({ decision, closedBecause }: GateView): boolean {
  return decision === 'overridden' || closedBecause.length === 0;
}

function standingOf(gate: GateView): string {
  if (gate.decision === 'overridden') return 'overridden';
  return isOpenGate(gate) ? 'open' : gate.decision === 'pending' ? 'CLOSED' : `CLOSED, ${gate.decision}`;
}

// Nobody votes at a gate that was passed.
function isAsked({ overridden, before }: GateView, { process }: Gated): boolean {
  const phase = process.phases.find(({ id }) => id === before);
  return overridden === undefined && phase?.status !== 'completed' && process.deployedAt === undefined;
}

function Vote({ gate, isClosed, ...gated }: Gated & { readonly gate: GateView; readonly isClosed: boolean }) {
  const { page, process, overrides } = gated;
  const acting = useActing();
  const barred = overrides[gate.id];
  if (acting === null || !mayGive(gated, 'decide')) return null;
  return (
    <>
      <Fold words="Vote">
        <CommandForm page={page} process={process} name="decide" words="Vote">
          <input type="hidden" name="gate" value={gate.id} />
          <Choice name="decision" label="Your vote" required options={votes.map(sameWords)} />
          <Lines name="note" label="Why" rows={2} />
        </CommandForm>
      </Fold>
      {isClosed && barred === null && (
        <Fold words="Override the closed gate">
          <CommandForm page={page} process={process} name="decide" words="Override">
            <input type="hidden" name="gate" value={gate.id} />
            <input type="hidden" name="decision" value="override" />
            <Lines
              name="note"
              label="Why the gate is passed although it is closed"
              hint="stands on the record with your name"
              required
            />
          </CommandForm>
        </Fold>
      )}
      {isClosed && typeof barred === 'string' && <p class="quiet">You cannot override it: {barred}.</p>}
    </>
  );
}

const votes = ['go', 'no-go', 'defer'] as const;
