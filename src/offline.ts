/**
 * Owns what the verbs without a server (`config check`, `rehearse`, `coverage`) use of configuration and rules: one part of the
 * command line, which is read when such a verb runs. It brings zod, yaml and the calendar library, for which no other verb waits.
 */
export { contentHash } from './config/canonical-json';
export { channelsShape } from './config/channel-shapes';
export { compareTemplates } from './config/compare-templates';
export { coverageOf } from './config/coverage';
export { judgeScenario } from './config/judge-scenario';
export { formatErrors, loadConfig, loadTemplate } from './config/load';
export { loadScenario, loadScenarios, rehearsalsFolder, worldOf } from './config/rehearsals';
export { readScenario } from './config/scenario';
export { contradictionsOf } from './config/scenario-refusals';
export { peopleShape } from './config/shapes';
export { readYaml } from './config/yaml-file';
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
