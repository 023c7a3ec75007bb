/**
 * Owns who launched Muster: the pids of npm and of the shell that npm runs a script in.
 * src/app/launcher.ts watches them. Plain Node, no dependency.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The processes between whoever asked for `npm start` and this one; none when npm had no part, or
 * on Windows, where a process does not learn of its parent's end. Only npm running this very
 * package counts: its variables are inherited by whatever it runs, and a test or an editor that it
 * runs may start a Muster of its own.
 */
export function launchedBy(root, env = process.env) {
  const { npm_lifecycle_event: event, npm_lifecycle_script: script, npm_package_json: file } = env;
  if (process.platform === 'win32' || event !== 'start' || !script || !file) return [];
  try {
    if (realpathSync(dirname(file)) !== realpathSync(root)) return [];
    const { command, parent } = look(process.ppid);
    // Some shells become the last program that they run, others stay between npm and that program.
    return command.includes(script) ? [process.ppid, parent] : [process.ppid];
  } catch {
    return []; // the system does not say: as if npm had no part
  }
}

function look(pid) {
  if (process.platform !== 'linux') {
    const answer = execFileSync('ps', ['-ww', '-p', String(pid), '-o', 'ppid=,command='], { encoding: 'utf8' });
    return { parent: Number.parseInt(answer, 10), command: answer };
  }
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold spaces; state and parent follow it.
  const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
}
