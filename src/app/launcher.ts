/**
 * Owns noticing that `npm start` was ended although nobody told us. npm passes a SIGTERM to the
 * shell between npm and us, which dies of the signal without a word; a SIGHUP or a SIGKILL ends npm
 * alone. Muster would run on unseen and hold the data folder.
 *
 * Only npm and its shell are watched, as scripts/launched-by.mjs names them, and never who started
 * npm. So Muster goes on when a terminal ends that npm outlives (`setsid npm start`, `npm start &
 * disown`), and stops for no parent where npm has no part (`node scripts/start.mjs` under systemd,
 * `node dist/src/main.js` in a container).
 */
import { identityOf, isSameProcess } from '../embedded/process-identity';

const pollMs = 500;
/**
 * Elsewhere than on Linux a program has to be asked who a process is, which is too much for every
 * half second.
 */
const quick = process.platform === 'linux';

/**
 * Calls `ended` once when a process has ended that MUSTER_LAUNCHED_BY names by its pid. Keeps no
 * process alive.
 */
export function whenLauncherEnds(env: NodeJS.ProcessEnv, ended: () => void): void {
  const pids = (env['MUSTER_LAUNCHED_BY'] ?? '').split(' ').map(Number).filter(Boolean);
  if (pids.length === 0) return;
  const launchers = pids.map((pid) => ({ pid, identity: quick ? identityOf(pid) : undefined }));
  const look = (): void => {
    if (launchers.every(runs)) return;
    clearInterval(poll);
    ended();
  };
  const poll = setInterval(look, pollMs);
  poll.unref();
  look(); // npm may have ended while Muster was installed and built
}

function runs({ pid, identity }: { pid: number; identity: string | undefined }): boolean {
  if (quick) return identity !== undefined && isSameProcess(pid, identity);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
