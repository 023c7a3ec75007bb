/** Owns how many ids one order may skip; for the workflow too, so without zod. */

/** More than any day has. */
export const mostIdsSkipped = 10_000;
