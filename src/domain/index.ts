/**
 * Owns the door of the rules: everything that workflows, activities, API and CLI may use of the
 * rules.
 */
export {
  accept,
  completeEffect,
  giveUp,
  keyReused,
  nextInstant,
  mergedRefusal,
  restrictedRefusal,
  recordRefusal,
  settle,
} from './engine/engine';
export {
  completeIntakeEffect,
  emptyIntake,
  expectSources,
  nextIntakeInstant,
  settleIntake,
  takeAlerts,
  takeEnded,
  takeMerge,
} from './alerts/intake';
export {
  mapAlerts,
  type AlertMapping,
  type FieldRules,
  type LabelRule,
  type Mapped,
  type StateRule,
} from './alerts/mapping';
export { answererOf } from './alerts/own-pages';
export { carriedIntake } from './alerts/room';
export { fitsGlob, pathOf, patternOf, type Pattern } from './alerts/payload';
export {
  labelPlace,
  ruled,
  silenceOf,
  titlePlaces,
  type AlertMatch,
  type RulesInForce,
  type SourceRules,
} from './alerts/ruling';
export { fires, flaps, keyIn, levelOf as levelOfEpisode } from './alerts/episode';
export { isSnsType, snsRefusals, type SnsType } from './alerts/sns-trial';
export { triedAlert, triedPayload } from './alerts/trial';
export { shortHash } from './text/short-key';
export { nextNoticeAt, noticeText, unmatchedNotice } from './messages/alert-notice';
export {
  noticeRecipients,
  plainRequest,
  refsOfReaders,
  type NoticeReaders,
  type PlainNotice,
} from './messages/plain-notice';
export {
  beginNotice,
  completeNotice,
  emptyTroubleLog,
  nextNoticeOf,
  takeTroubles,
  troubleKey,
} from './messages/trouble-log';
export { endingWords, troubleAbout, troubleNotice, troubleText } from './messages/trouble-notice';
export { completeSaid, completeSince, emptyChangeLog, takeSaid, takeWord, tidied } from './changes/log';
export { emptyAccess, isLive, type AccessBook, type AccessState, type AccessToken } from './access/book';
export { asked as loginAsked, loginStanding, notConfirmed } from './access/logins';
export { accessMemo, accessMemoChanges, accessOfMemo } from './access/memo';
export { accessOrderNames, orderAccess, type AccessAnswer, type AccessOrderName, type Ordered } from './access/orders';
export type { AccessOrders, Minted } from './access/order-forms';
export { areGroupsNews } from './access/groups';
export { lacksClaims, readClaims, type ClaimRules } from './access/claims';
export {
  sessionEnd,
  sessionLongestMs,
  sessionStamp,
  sessionStanding,
  sessionStands,
  usedSession,
  type Session,
} from './access/sessions';
export { standingOf } from './access/people';
export { isUseNews } from './access/tokens';
export { checkNamesOf } from './state/checklist';
export { askedOf, asksForVersion, noSuchRelease, notAsked, refused, releaseMeant } from './changes/meant';
export {
  readChange,
  unreadChange,
  type ChangeMapping,
  type ChangeRules,
  type MessageRules,
  type ReadChange,
} from './changes/reading';
export { recentByService, recentChanges, withoutRelease, type RecentByService } from './changes/recent';
export { changeRow } from './changes/shown';
export { triedChange } from './changes/trial';
export { calledOff } from './engine/called-off';
export { stateLimit } from './state/state-size';
export { absorb, absorbRefusal, takeMerged } from './engine/merge';
export { signalled } from './engine/signalled';
export { hearOfGates, lookAgain } from './engine/heard-from-others';
export { isLooking } from './engine/watched-incidents';
export { closingLevels, incidentStanding, canBeClosedByIncidents, watchesIncidents } from './state/closing-incidents';
export { standingChange, standsAsBefore } from './state/standing-changes';
export { reportAlerts } from './engine/reported-alerts';
export { mergeRefusal, nextHolder } from './engine/commands/others';
export { actorFacts, programNamed, sourceWord } from './on-call/actor';
export { nameOf } from './state/actor';
export { addressesFor } from './state/addresses';
export { allTold, announcedMoments } from './messages/audiences';
export { own } from './text/own';
export { refusalLine } from './rehearsal/agenda';
export { warnedOf, type AgendaLine } from './rehearsal/agenda-line';
export {
  asks,
  calledBack,
  gatherHoldMs,
  goesAt,
  hurries,
  isSilent,
  silence,
  timePasses,
  type Gatherable,
  type Spoken,
  type Voice,
} from './messages/gathered';
export { attemptsOf, deathsBorne, patienceOf, type Patience } from './messages/attempts';
export { compareAnnouncements, type AnnouncementChange } from './messages/announcements';
export {
  brokenBy,
  unexpectedRefusals,
  type ExpectedTime,
  type Expectation,
  type Telling,
} from './rehearsal/expectations';
export { answerOf, rehearsalAnswer } from './rehearsal/answer';
export { rehearsalCalendar, rehearsalMarkdown } from './rehearsal/paper';
export {
  compareNotices,
  lookedUntil,
  noticesOf,
  noticesOfTimeline,
  type Notice,
  type NoticeChange,
} from './rehearsal/notices';
export { recordedCommands } from './rehearsal/recorded-commands';
export { recordedWorld } from './rehearsal/recorded-world';
export { contradictionsIn, rehearse, type RefusedStep, type Rehearsal, type Script } from './rehearsal/rehearsal';
export type { ScriptStep } from './rehearsal/acts';
export {
  comparedRuns,
  unlikeLevels,
  whatIf,
  whatIfToleranceMs,
  type ComparedRuns,
  type WhatIf,
} from './rehearsal/what-if';
export { identityOf, isMeantForAnother, isOfAnotherRound, otherProcess } from './state/identity';
export { serviceLinks } from './state/service-links';
export { start, startedProblem } from './engine/start';
export { VirtualRun, type SentAt } from './rehearsal/virtual-run';
export { mostOverdueFirst } from './deadlines/due';
export { deadlineId, kindRules, responseId, updateId } from './deadlines/kinds';
export { teamResponseId } from './deadlines/teams';
export { drillProblem, usualDrill } from './deadlines/drill';
export { assertNever } from './model/assert-never';
export { isTerminal, isTerminalStatus } from './state/draft';
export { carriedOf, stateOf, type CarriedState } from './state/carried';
export { freezeHorizonMs, freezesJudgedAt, freezesMet, freezeView, frozenAt, frozenView } from './state/freezes';
export { freezeWindows, longestWindowMs } from './time/freeze-windows';
export { finishedAt } from './state/action-items';
export { deploymentPhase, usualDeployment } from './state/gates';
export { timelineOf, type TimelineEntry } from './views/timeline';
export { memoOf, searchAttributesOf } from './views/listed';
export { accountOf, awaitsAnswer, viewOf, type Account, type EndedFacts, type ProcessFacts } from './views/view';
export { withoutPromises } from './views/ended';
export { maySee, neutralTitle, restrictionOf, unnamedPerson } from './state/restricted';
export { concerns, waitsFor } from './views/concerns';
export { meantByShortId, shortIdRestsForMs, type Candidate } from './views/short-id';
export { deliveriesOf, type Delivery } from './views/deliveries';
export {
  heldRoles,
  meansSchedule,
  readerNames,
  recipientNames,
  resolveRecipients,
  peopleOf,
} from './on-call/recipients';
export { processRoles } from './on-call/refs';
export { followedTemplate, type Beginning } from './state/followed-template';
export { slots } from './state/slots';
export { listOf } from './text/list-of';
export { drillLevel, levelNamed, levelProblem, levelRank, levelsOf, worseHalf, worstLevel } from './state/severity';
export { teamsOf, teamsOfImpact } from './state/actor';
export { reportOf } from './views/report';
export { reportMarkdown, reportTitle, type ReportClock } from './views/report-markdown';
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
} from './on-call/overrides';
export { formatDuration } from './time/duration';
export { dayMs, hourMs, iso, minuteMs } from './time/instants';
export { asEntry, asParagraphs } from './text/markdown-text';
export { oneLine } from './text/one-line';
export { written, type Show } from './text/phrase';
export { bodyOf, drillMark, standingText, templateOf, textOf, whyOf } from './messages/message-body';
export { publicTitle } from './messages/public-words';
export { inAnyCase, nearest, unknownName } from './text/nearest';
export { unknownPerson } from './engine/news';
export { idleOverride } from './on-call/replaced';
export { servicesOnSchedule } from './on-call/schedule-services';
export { joined, onCallAt, participantsOf, shiftsAround, shiftsBetween } from './on-call/rota';
export { overridesBelow } from './on-call/overrides';
export { coverage, type Coverage, type CoverageQuestion } from './coverage/coverage';
export { type Way } from './coverage/reached';
export type { CoverageFinding } from './coverage/findings';
export { repeatedFor } from './state/repeated';
export { conditionWords } from './state/condition';
export { instantWords, specWords } from './time/template-instants';
export { isBeforeDeployment, targetProblem } from './engine/commands/release';
export {
  apiRoles,
  higher,
  mayDo,
  whomToAsk,
  type Asked,
  type Denied,
  type Target,
  type Verdict,
} from './access/may-do';
export {
  adminsOf,
  noRules,
  personPrincipal,
  programScopesFault,
  programPrincipal,
  strangerPrincipal,
  type AccessRules,
} from './access/grants';
export { adminsNow } from './access/people';
export { readName, readOperation, reservedNames, type Grant, type Principal, type Scopes } from './access/principal';
export * from './model';
