/**
 * Owns what the verbs without a server (`config check`, `rehearse`, `coverage`) use of configuration and rules: one part of the
 * command line, which is read when such a verb runs. It brings zod, yaml and the calendar library, for which no other verb waits.
 */
export { contentHash } from './config/files/canonical-json';
export { channelsShape } from './config/files/channel-shapes';
export { compareTemplates } from './config/scenarios/compare-templates';
export { coverageOf } from './config/scenarios/coverage';
export { judgeScenario } from './config/scenarios/judge';
export { formatErrors, loadConfig, loadTemplate } from './config/load';
export { loadScenario, loadScenarios, rehearsalsFolder, worldOf } from './config/scenarios/rehearsals';
export { readScenario } from './config/scenarios/scenario';
export { contradictionsOf } from './config/scenarios/refusals';
export { peopleShape } from './config/files/shapes';
export { readYaml } from './config/files/yaml-file';
export {
  answerOf,
  compareNotices,
  lookedUntil,
  noticesOf,
  noticesOfTimeline,
  recordedCommands,
  recordedWorld,
  rehearsalCalendar,
  rehearsalMarkdown,
  rehearse,
  unknownName,
} from './domain';
