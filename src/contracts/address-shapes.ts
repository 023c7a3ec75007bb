/** Owns what an address looks like where somebody writes one: of the web, of a mailbox. */
import { z } from 'zod';

export const webAddress = z.url({ protocol: /^https?$/, message: 'expected an http or https URL' });

/** An address alone, without a name. */
export function isMailAddress(text: string): boolean {
  return /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text);
}
/** Such as `Muster <muster@example.com>`, or the address alone. */
export const mailbox = z
  .string()
  .max(200)
  .regex(
    /^(?:[^<>@,;\r\n]*<[^\s@<>,;"]+@[^\s@<>,;"]+>|[^\s@<>,;"]+@[^\s@<>,;"]+)$/,
    'expected an e-mail address such as Muster <muster@example.com>',
  );
