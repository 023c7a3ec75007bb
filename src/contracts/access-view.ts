/** Owns what the API says of whoever asks. */
import { z } from 'zod';

const roleName = z.enum(['viewer', 'responder', 'commander', 'manager', 'admin']);

export const meSchema = z
  .object({
    id: z.string().describe('the person of people.yaml, or the name of a program'),
    kind: z.enum(['person', 'ci']),
    via: z.string().describe('by which credential, such as key deploys or loopback'),
    known: z.boolean().describe('people.yaml has this person'),
    roles: z.array(z.object({ role: roleName, services: z.array(z.string()).optional() })),
    operations: z.array(z.string()).optional().describe('the credential is for these alone'),
    services: z.array(z.string()).optional().describe('the credential is for processes on these alone'),
  })
  .meta({ id: 'Me', description: 'who asks, as the credential of the request says' });

export type Me = z.infer<typeof meSchema>;
