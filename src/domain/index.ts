/** The door of the rules: everything that workflows, activities, API and CLI may use of them. */
export { accept, completeEffect, giveUp, nextInstant, recordRefusal, settle, stateLimit } from './engine';
export { absorb } from './absorb';
export { actorFacts, nameOf } from './actor';
export { addressesFor } from './addresses';
export { allTold, announcedMoments } from './audiences';
export { own } from './own';
export { refusalLine, type AgendaLine } from './agenda';
export { compareAnnouncements, type AnnouncementChange } from './announcements';
export { brokenBy, unexpectedRefusals, type ExpectedTime, type Expectation, type Told } from './expectations';
export { answerOf, rehearsalAnswer } from './rehearsal-answer';
export { rehearsalCalendar, rehearsalMarkdown } from './rehearsal-paper';
export { compareNotices, lookedUntil, noticesOf, noticesOfTimeline, type NoticeChange } from './notices';
export { recordedCommands } from './recorded-commands';
export { recordedWorld } from './recorded-world';
export {
  contradictionsIn,
  rehearse,
  type RefusedStep,
  type Rehearsal,
  type Script,
  type ScriptStep,
} from './rehearsal';
export { serviceLinks } from './service-links';
export { start, startedProblem } from './start';
export { VirtualRun, type SentAt } from './virtual-run';
export { earliestFirst } from './deadlines';
export { drillProblem, usualDrill } from './drill';
export { isTerminal, isTerminalStatus } from './draft';
export { heldPhase } from './gates';
export {
  accountOf,
  awaitsAnswer,
  viewOf,
  timelineOf,
  searchAttributesOf,
  type Account,
  type ProcessFacts,
  type TimelineEntry,
} from './view';
export { deliveriesOf, type Delivery } from './deliveries';
export { meansSchedule, resolveRecipients, processRoles, slots } from './recipients';
export { reportOf } from './report';
export { reportMarkdown, reportTitle } from './report-markdown';
export type { ReportView } from '../contracts/report-view';
export {
  addOverride,
  emptyBook,
  removeOverride,
  type AddOverride,
  type Booked,
  type OverrideAnswer,
  type OverrideBook,
  type RemoveOverride,
} from './overrides';
export { formatDuration } from './duration';
export { asEntry, asParagraphs } from './markdown-text';
export { oneLine } from './one-line';
export { bodyOf, drillMark, templateOf, textOf } from './message-body';
export { publicTitle } from './public-words';
export { nearest, unknownName } from './nearest';
export { idleOverride } from './replaced';
export { joined, onCallAt, participantsOf, shiftsAround, shiftsBetween } from './rota';
export { coverage, type CoverageFinding, type CoverageQuestion, type Way } from './coverage';
export { instantWords } from './wording';
export { targetProblem } from './commands-release';
export * from './model';
