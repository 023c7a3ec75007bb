/** Owns what channels.yaml says of a console channel: nothing but that there is one. */
import { z } from 'zod';

export const consoleShape = z.strictObject({ type: z.literal('console') });
