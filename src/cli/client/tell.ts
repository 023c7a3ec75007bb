/** Owns how an error reaches the person: on standard error, as lines or as problem JSON. */
import { errorLines, problemJson, type CliError } from './errors';
import type { Io } from '../terminal/io';
import { localizeInstants } from '../terminal/format';
import { styleFor } from '../terminal/style';
import { clean, safeJson } from '../terminal/text';

export function tell(error: CliError, io: Io, asJson: boolean): void {
  if (asJson) {
    io.stderr.write(`${safeJson(JSON.stringify(problemJson(error)))}\n`);
    return;
  }
  const style = styleFor(io.stderr, io.env);
  const [first = '', ...rest] = errorLines(error).map((line) => localizeInstants(line, io.now(), true));
  io.stderr.write(clean([first, ...rest].join('\n')).replace(first, () => style('bad', first)) + '\n');
}
