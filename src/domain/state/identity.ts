/**
 * Owns what tells a process from every other one, also from one of the same id: the id alone is
 * handed out again after a restore of an older backup, and in another installation.
 */

/**
 * What the keys of a process begin with: `<id>-<mark>`, such as `INC-2026-12-07-001-3f2a9c81d0e4`;
 * the id alone without a mark (a rehearsal, a test of a channel, a process of an older version).
 */
export function identityOf({ id, mark }: { readonly id: string; readonly mark?: string }): string {
  return mark === undefined ? id : `${id}-${mark}`;
}

/** Whether something is meant for another process of the same id. Without `meant` it is not. */
export function isMeantForAnother({ mark }: { readonly mark?: string }, meant: string | undefined): boolean {
  return meant !== undefined && meant !== mark;
}

/** Why an order for a process with another mark is refused. */
export function otherProcess(id: string): string {
  return `this is for another ${id} than the one that Muster knows: one that a restore of a backup lost, or one of another installation`;
}

/**
 * Whether the response is in another round than an order is meant for: somebody has been asked for
 * again since. Without `meant`, or without a response, it is not.
 */
export function isOfAnotherRound(response: { readonly round: number } | undefined, meant: number | undefined): boolean {
  return meant !== undefined && response !== undefined && response.round !== meant;
}
