/** Owns the words for what happened to a service: plain code, for terminals and pages alike. */
import type { ChangeRow } from './changes-view';

/** What happened, in a word or two. */
export const changeVerbs = {
  deploying: 'deploy begun',
  deployed: 'deployed',
  'deployment-failed': 'deploy failed',
  'rolled-back': 'rolled back',
  changed: 'changed',
  check: 'check refused',
  unread: 'not read',
} as const satisfies Readonly<Record<ChangeRow['kind'], string>>;
