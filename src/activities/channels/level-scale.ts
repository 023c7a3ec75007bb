/**
 * Owns how a level of severity becomes a step of a tool's own scale (R28). The levels are those of
 * the template, so no tool knows their names.
 */
import { own, type SendRequest } from '../../domain';

/**
 * The step for the level of a process: as channels.yaml says (`stated`), else by the order of the
 * levels. `scale` has the worst step first. As many levels as steps have one each; fewer levels
 * keep the worst step and spread, more levels share steps.
 */
export function stepOf<T>(
  { severity, level: { rank, of } }: SendRequest['process'],
  scale: readonly [T, ...T[]],
  stated: Readonly<Record<string, T>> = {},
): T {
  return own(stated, severity) ?? scale[Math.floor((rank * scale.length) / Math.max(of, 1))] ?? scale[0];
}
