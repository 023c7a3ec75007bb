/**
 * Owns the steps of a release that its reader may take now: begin the deployment, say that it is
 * live, end it, take it back, call it off; move its target; who manages it.
 */
import type { ComponentChildren } from 'preact';
import type { CommandBody, CommandOf } from '../contracts/command-table';
import type { ReleasePage } from '../contracts/page-view-release';
import { given } from '../given';
import { ActionForm } from './action-form';
import { useActing } from './around';
import { ClockField } from './clock-field';
import { Choice, Fold, Lines, textOf } from './fields';
import { isOpenGate } from './gates';
import { commandTo, isOver, mayGive, type Governed } from './giving';
import { Reschedule } from './reschedule';

/** Each status with the steps that lead on from it. */
const steps: Readonly<Record<string, readonly CommandOf<'release'>[]>> = {
  planned: ['start-deployment', 'reschedule', 'cancel'],
  preparing: ['start-deployment', 'reschedule', 'cancel'],
  ready: ['start-deployment', 'reschedule', 'cancel'],
  deploying: ['mark-deployed', 'roll-back'],
  monitoring: ['close', 'roll-back'],
};

export function ReleaseSteps({ page }: { readonly page: ReleasePage }) {
  const governed: Governed = { page, process: page.release };
  const acting = useActing();
  const { rights, release } = page;
  if (isOver(release)) return null;
  const possible = steps[release.status] ?? [];
  const barred = [...new Set(possible.flatMap((name) => rights[name] ?? []))];
  const may = (name: CommandOf<'release'>) => possible.includes(name) && mayGive(governed, name);
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">Steps</h2>
      {acting === null && (
        <p class="quiet">The buttons come with the script of this page; the command line gives the same commands.</p>
      )}
      {acting && (
        <>
          {may('start-deployment') && <Start page={page} governed={governed} />}
          {may('mark-deployed') && (
            <Step
              governed={governed}
              name="mark-deployed"
              words="It is live"
              bodyOf={(fields) => given({ at: textOf(fields, 'at') })}
            >
              <ClockField name="at" label="Live since" hint={`on the clocks of ${page.zone}; empty: now`} />
            </Step>
          )}
          {may('close') && (
            <Step
              governed={governed}
              name="close"
              words="Finish the release"
              bodyOf={(fields) => given({ skipRest: textOf(fields, 'skipRest') })}
            >
              {release.openItems > 0 && (
                <Lines
                  name="skipRest"
                  label="Why the items that are still open are skipped"
                  hint={`${release.openItems} required items are open; without a reason it is not finished`}
                  rows={2}
                />
              )}
            </Step>
          )}
          <Reschedule {...governed} />
          {may('roll-back') && (
            <Step
              governed={governed}
              name="roll-back"
              words="Roll back"
              bodyOf={(fields) => ({
                reason: textOf(fields, 'reason') ?? '',
                ...given({ declare: textOf(fields, 'declare') }),
              })}
            >
              <Lines name="reason" label="Why it is taken back" required rows={2} />
              <Choice
                name="declare"
                label="Declare an incident too, of this level"
                options={release.levels.map((value) => ({ value, words: value }))}
              />
            </Step>
          )}
          {may('cancel') && (
            <Step
              governed={governed}
              name="cancel"
              words="Call it off"
              bodyOf={(fields) => ({ reason: textOf(fields, 'reason') ?? '' })}
            >
              <Lines name="reason" label="Why it is called off" required rows={2} />
            </Step>
          )}
        </>
      )}
      {barred.length > 0 && (
        <ul class="quiet">
          {barred.map((because) => (
            <li key={because}>{because}.</li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface StepTo<N extends CommandOf<'release'>> {
  readonly governed: Governed;
  readonly name: N;
  readonly words: string;
  readonly bodyOf: (fields: FormData) => CommandBody<N>;
  readonly children?: ComponentChildren;
}

function Step<N extends CommandOf<'release'>>({ governed, name, words, bodyOf, children }: StepTo<N>) {
  return (
    <Fold words={words}>
      <ActionForm
        page={governed.page}
        words={words}
        request={(fields) => commandTo(governed.process, name, bodyOf(fields))}
      >
        {children}
      </ActionForm>
    </Fold>
  );
}

// What holds the deployment is passed for a reason, by those who may.
function Start({ page, governed }: { readonly page: ReleasePage; readonly governed: Governed }) {
  const { release, overrides } = page;
  const closed = release.gates.filter((gate) => !isOpenGate(gate));
  const isHeld = closed.length > 0 || release.frozen !== undefined;
  const isBarred = closed.some(({ id }) => overrides[id] !== null);
  const held = [
    ...closed.map(({ id }) => `gate ${id} is closed`),
    ...(release.frozen?.freezes ?? []).map(({ title }) => `freeze: ${title}`),
  ].join('; ');
  const isEarly = release.targetAt !== undefined && Date.parse(page.at) < Date.parse(release.targetAt);
  return (
    <Step
      governed={governed}
      name="start-deployment"
      words="Start the deployment"
      bodyOf={(fields) => given({ override: textOf(fields, 'override'), early: textOf(fields, 'early') })}
    >
      {isHeld && <p class="missed">Held: {held}.</p>}
      {isHeld && !isBarred && (
        <Lines
          name="override"
          label="Why it is deployed all the same"
          hint="stands on the record with your name"
          rows={2}
        />
      )}
      {isEarly && (
        <Lines name="early" label="Why it begins early" hint="only if it begins before its phase opens" rows={2} />
      )}
    </Step>
  );
}
