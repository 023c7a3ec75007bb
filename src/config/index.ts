/**
 * The door of configuration: everything that the entry points, the API and the command line may
 * use. The command line loads this file only for a verb without a server (`config check`,
 * `rehearse`, `coverage`), because zod, yaml and the calendar library take time to load.
 */
export { channelOptions, channelTypes, type ChannelSettings } from './checks/channel-types';
export { linksProblem } from './checks/links';
export {
  alertsInForce,
  changesOverAlerts,
  closedWithoutProof,
  noticeReaders,
  type AlertsInForce,
  type AlertSource,
  type DeploymentSource,
  type SourceProof,
} from './alerts-in-force';
export {
  alertPresets,
  changeMapFile,
  changePresets,
  pagerdutyChangeMapping,
  presetFile,
  type AlertPreset,
} from './alert-presets';
export { sharedKeyWarnings } from './checks/alert-proofs';
export { shortLengths } from './checks/short-lengths';
export { compileCalendar, compileCalendars } from './compile/calendar';
export {
  accessKeysIn,
  accessRulesOf,
  personOfClaim,
  providerIn,
  type AccessKey,
  type ProviderSettings,
} from './compile/access';
export { compileFreezes } from './compile/freezes';
export { endOfWorkOn, instantFromNow, instantOfText } from './compile/local-instant';
export { readEnvironment, type Environment } from './environment';
export { noPayloadKeys, plainEntry, type PayloadKey, type PayloadKeys } from './payload-keys';
export { contentHash } from './files/canonical-json';
export { type ConfigError } from './files/yaml-file';
export { liveDirectory } from './live-directory';
export { followedPolicy, mayCloseGates, policyInAnyCase, policyOf, templatesOf, type Begun } from './in-force';
export { aroundTemplates, formatErrors, loadConfig, releaseChecks } from './load';
export { loadTemplate } from './load-templates';
export type { Config, LoadedTemplate } from './loaded';
export { compareTemplates, type ComparedScenario } from './scenarios/compare-templates';
export { isTaken, readPerson, starterFaults, writeStarter } from './starter';
export { coverageOf, coverageQuestion, coverageView } from './scenarios/coverage';
export type { ScenarioFault } from './scenarios/faults';
export { judgeScenario } from './scenarios/judge';
export { contradictionsOf } from './scenarios/refusals';
export {
  loadScenario,
  loadScenarios,
  rehearsalsFolder,
  scenarioShapeFaults,
  worldOf,
  worldUnder,
} from './scenarios/rehearsals';
export { readScenario } from './scenarios/scenario';
export {
  answerOf,
  comparedRuns,
  compareNotices,
  levelsOf,
  lookedUntil,
  mapAlerts,
  noticesOf,
  readChange,
  rehearsalCalendar,
  rehearsalMarkdown,
  rehearse,
  triedChange,
  triedPayload,
  unknownName,
  unlikeLevels,
  whatIf,
  whatIfToleranceMs,
} from '../domain';
