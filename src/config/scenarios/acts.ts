/**
 * Owns how a scenario says each command: the field of a command, and the step that an entry of the
 * field means. The table has every command, so a new command cannot be forgotten. Knows no other
 * step.
 */
import type { ProcessCommandName } from '../../contracts/command-table';
import type { Acts } from './act';
import { commonActs } from './common-acts';
import { incidentActs } from './incident-acts';
import { releaseActs } from './release-acts';

export const acts: Acts<ProcessCommandName> = { ...incidentActs, ...releaseActs, ...commonActs };
