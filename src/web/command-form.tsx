/**
 * Owns a form that gives a command to the process of the page, whose fields have the names of those
 * of the command. Where the page has a key for its forms, it works without a script too.
 */
import type { ComponentChildren } from 'preact';
import type { ProcessCommandName } from '../contracts/command-table';
import { bodyOfForm } from '../contracts/form-body';
import { processPath } from '../contracts/typed-id';
import { ActionForm } from './action-form';
import type { Governed } from './giving';

/** What a form gives a command to, and by which key without a script; absent: it needs one. */
export interface Commanded extends Governed {
  readonly page: Governed['page'] & { readonly formKey?: string };
}

interface Command extends Commanded {
  readonly name: ProcessCommandName;
  /** What the button says. */
  readonly words: string;
  /** What is said when it was done; absent: `Done.` */
  readonly done?: string;
  readonly children?: ComponentChildren;
}

/** The fields `children` and a button; why not, where the reader may not give the command. */
export function CommandForm({ page, process, name, words, done, children }: Command) {
  const refusal = page.rights[name];
  if (refusal === undefined) return null;
  if (refusal !== null)
    return (
      <p class="quiet">
        {words}: {refusal}.
      </p>
    );
  const path = `${processPath(process.kind, process.id)}/${name}`;
  return (
    <ActionForm
      page={page}
      words={words}
      request={(fields) => ({ path: `v1/${path}`, body: bodyOfForm(name, fields) })}
      {...(done === undefined ? {} : { done: () => done })}
      {...(page.formKey === undefined ? {} : { unscripted: { path, key: page.formKey } })}
    >
      {children}
    </ActionForm>
  );
}
