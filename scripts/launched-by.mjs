/**
 * Owns the pids of the launchers of Muster: npm, and the shell in which npm runs a script.
 * src/app/launcher.ts watches those of `npm start`. Plain Node, no dependency.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The pids of the launchers between the caller of `npm start` or `npm test` (`wanted`) and this
 * process. Empty without npm,
 * and on Windows, where a process does not learn that its parent has ended. Counts only npm when it
 * runs this very package: child processes inherit npm's variables, and a test or an editor under
 * npm may start a Muster of its own.
 */
export function launchedBy(root, wanted = 'start', env = process.env) {
  const { npm_lifecycle_event: event, npm_lifecycle_script: script, npm_package_json: file } = env;
  if (process.platform === 'win32' || event !== wanted || !script || !file) return [];
  try {
    if (realpathSync(dirname(file)) !== realpathSync(root)) return [];
    const { command, parent } = look(process.ppid);
    // Some shells replace themselves by the last program that they run; others stay between npm and
    // the program.
    return command.includes(script) ? [process.ppid, parent] : [process.ppid];
  } catch {
    return []; // the system does not say: as if npm had no part
  }
}

/**
 * Calls `ended` once, when one of `pids` has ended. Does not keep the program alive. The twin of
 * `whenLauncherEnds` in src/app/launcher.ts, for scripts, which run before anything is built.
 */
export function whenLaunchersEnd(pids, ended) {
  const poll = setInterval(() => {
    if (pids.every(runs)) return;
    clearInterval(poll);
    ended();
  }, 500);
  poll.unref();
}

function runs(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
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
