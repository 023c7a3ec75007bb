/**
 * Owns how one process is told from another. A pid is not enough, because the system uses pids
 * again. Asks only the operating system; knows nothing of locks or servers.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childEnvironment } from './child-environment';

/**
 * When the process began, in a form that stays the same for this process and differs for another
 * process with the same pid. Undefined when the process does not run (a zombie does not), or the
 * system does not say.
 */
export function identityOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const stat = read(`/proc/${pid}/stat`);
    if (stat === undefined) return undefined;
    // The name, in parentheses, may hold spaces; the text after it starts with the third field of
    // proc(5).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${read('/proc/sys/kernel/random/boot_id')?.trim() ?? 'boot'}/${fields[19]}`;
  }
  const answer = ps(pid, 'stat=,lstart=')?.trim();
  if (!answer || answer.startsWith('Z')) return undefined;
  return answer.replace(/^\S+\s+/, '');
}

/**
 * The command line of a process, arguments separated by NUL or space. Undefined when the process
 * does not run or the system does not say.
 */
export function commandLineOf(pid: number): string | undefined {
  return process.platform === 'linux' ? read(`/proc/${pid}/cmdline`) : ps(pid, 'command=');
}

/** True when the process with this pid runs and has this identity. */
export function isSameProcess(pid: number, identity: string | undefined): boolean {
  const now = identityOf(pid);
  if (now !== undefined) return identity === undefined || now === identity;
  if (process.platform !== 'win32') return false;
  try {
    process.kill(pid, 0); // Windows says only that the pid is in use
    return true;
  } catch {
    return false;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function ps(pid: number, format: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    return execFileSync('ps', ['-ww', '-p', String(pid), '-o', format], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...childEnvironment(), LC_ALL: 'C', TZ: 'UTC' },
    });
  } catch {
    return undefined;
  }
}
