/** Owns what the API says of levels of severity without the policy of a process. */
import { templatesOf, type Config } from '../../config';
import type { ListRow } from '../../contracts/view';
import { levelRank, levelsOf, unknownName } from '../../domain';

/** The levels of severity of all loaded templates. */
export function allLevels({ templates }: Config): string[] {
  return [...new Set(templates.flatMap(({ compiled }) => levelsOf(compiled)))];
}

/** What to say of levels among `asked` that no loaded template has; undefined for none. */
export function unknownLevels(config: Config, asked: readonly string[] = []): string | undefined {
  const known = allLevels(config);
  const unknown = asked.filter((level) => !known.includes(level)).map((level) => unknownName('severity', level, known));
  return unknown.length === 0 ? undefined : unknown.join('; ');
}

/** The row with the place of its severity, by the first template of its kind that has it. */
export function withLevel(config: Config, row: ListRow): ListRow {
  const found = templatesOf(config, row.kind).find(({ compiled }) => levelsOf(compiled).includes(row.severity));
  return found ? { ...row, level: levelRank(found.compiled, row.severity) } : row;
}
