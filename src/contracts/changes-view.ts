/** Owns what a reader sees of changes: the log, and what an incident lists of it. */
import { z } from 'zod';
import { instantText } from './view-words';

const changeFields = {
  at: instantText.describe('when it happened, as its source says'),
  kind: z
    .enum(['deploying', 'deployed', 'deployment-failed', 'rolled-back', 'changed', 'check', 'unread'])
    .describe(
      'deploying: the deployment of a release has begun, and has not ended; check: the result of a check that was refused; unread: a message that could not be read. The last two are no change of a service',
    ),
  source: z.string().describe('a source of alerts.yaml, or muster for a release of Muster'),
  title: z.string(),
  services: z.array(z.string()),
  version: z.string().optional(),
  environment: z.string().optional(),
  url: z.string().optional(),
  by: z.string().optional().describe('who did it, in the words of the source'),
  release: z.string().optional().describe('the release of Muster that is meant'),
  ended: z.literal(true).optional().describe('the release is over, and cannot be rolled back any more'),
  because: z.string().optional().describe('why no release took it, or why it could not be read'),
};

export const changeRowSchema = z
  .object(changeFields)
  .meta({ id: 'Change', description: 'what happened to services, kept for 30 days' });

export const changePageSchema = z.object({
  items: z.array(changeRowSchema),
  next: z.string().nullable(),
  completeSince: instantText
    .optional()
    .describe('earlier changes may be missing: at most 1,000 are kept, and 200 of one service; absent: none is'),
});

export const recentChangesSchema = z
  .object({
    more: z.number().int().describe('how many older ones are left out'),
    shown: z
      .array(
        z.object({
          ...changeFields,
          rollBack: z.string().optional().describe('what to type to take it back; absent: it is no running release'),
        }),
      )
      .describe('what is being deployed first, then the newest, at most 20'),
  })
  .meta({
    id: 'RecentChanges',
    description: 'what was deployed or changed on the services within the 7 days before they were affected',
  });

export const changeTakenSchema = z
  .object({
    taken: z.boolean().describe('false: it says nothing by intention, such as a state on the way'),
    because: z.string().optional().describe('why it says nothing, or why it could not be read'),
  })
  .meta({ id: 'ChangeTaken', description: 'the message is stored; what comes of it is decided afterwards' });

export type ChangeRow = z.infer<typeof changeRowSchema>;
export type ChangePage = z.infer<typeof changePageSchema>;
export type ChangeTaken = z.infer<typeof changeTakenSchema>;

/**
 * What a message of a deployment tool would do; nothing of it is done. A plain type, because it is
 * no route and needs no server.
 */
export interface ChangeTrial {
  /** The source under `deployments` of alerts.yaml. */
  readonly source: string;
  /**
   * `report-check`, `mark-deployed`: asks the release that is meant. `list`: is a change that
   * `muster changes` lists. `not-read`: is listed as one that could not be read.
   */
  readonly would: 'report-check' | 'mark-deployed' | 'list' | 'nothing' | 'not-read';
  /** Why it does nothing, why it asks no release, or why a release would refuse it. */
  readonly because?: string;
  /** What of it cannot be read, and does not count. */
  readonly doubt?: string;
  /** The release that it names. */
  readonly release?: string;
  /** It means the one running release of its service that has its version. */
  readonly byVersion?: true;
  readonly check?: { readonly name: string; readonly result: 'pass' | 'fail' };
  /** What was read; absent when it says nothing. */
  readonly change?: Omit<ChangeRow, 'because'>;
}
