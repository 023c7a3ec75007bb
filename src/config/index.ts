/**
 * Owns what the verbs without a server (`config check`, `rehearse`, `coverage`) use of configuration and rules: one part of the
 * command line, which is read when such a verb runs. It brings zod, yaml and the calendar library, for which no other verb waits.
 */
export { contentHash } from './files/canonical-json';
export { channelsShape } from './files/channel-shapes';
export { compareTemplates } from './scenarios/compare-templates';
export { coverageOf } from './scenarios/coverage';
export { judgeScenario } from './scenarios/judge';
export { formatErrors, loadConfig, loadTemplate } from './load';
export { loadScenario, loadScenarios, rehearsalsFolder, worldOf } from './scenarios/rehearsals';
export { readScenario } from './scenarios/scenario';
export { contradictionsOf } from './scenarios/refusals';
export { peopleShape } from './files/shapes';
export { readYaml } from './files/yaml-file';
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
} from '../domain';
