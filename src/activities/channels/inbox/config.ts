/** Owns what channels.yaml says of the built-in inbox: nothing but that there is one. */
import { z } from 'zod';

export const inboxShape = z.strictObject({ type: z.literal('inbox') });
