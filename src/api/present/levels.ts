/** Owns what the API says of levels of severity without the policy of a process. */
import { templatesOf, type Config } from '../../config';
import type { ListRow } from '../../contracts/view';
import { levelRank, levelsOf } from '../../domain';

/** The levels of severity of all loaded templates. */
export function allLevels({ templates }: Config): string[] {
  return [...new Set(templates.flatMap(({ compiled }) => levelsOf(compiled)))];
}

/** The row with the place of its severity, by the first template of its kind that has it. */
export function withLevel(config: Config, row: ListRow): ListRow {
  const found = templatesOf(config, row.kind).find(({ compiled }) => levelsOf(compiled).includes(row.severity));
  return found ? { ...row, level: levelRank(found.compiled, row.severity) } : row;
}
