/**
 * Owns the watch over npm, so that Muster stops when `npm start` was ended and Muster got no
 * signal. npm passes a SIGTERM to the shell between npm and Muster, and the shell dies without
 * passing the signal on; a SIGHUP or a SIGKILL ends npm alone. Without the watch, Muster would run
 * on unseen and hold the data folder.
 *
 * Muster watches only npm and its shell, as scripts/launched-by.mjs names them, and never the
 * parent of npm. So Muster goes on when a terminal ends that npm outlives (`setsid npm start`, `npm
 * start & disown`). Without npm (`node scripts/start.mjs` under systemd, `node dist/src/main.js` in
 * a container) Muster watches no parent.
 */
import { identityOf, isSameProcess } from '../embedded/process-identity';

const pollMs = 500;
/**
 * Outside Linux, Muster would have to start a program to identify a process, which is too expensive
 * for every half second.
 */
const quick = process.platform === 'linux';

/**
 * Calls `ended` once, when a process has ended whose pid is in MUSTER_LAUNCHED_BY. The watch does
 * not keep the program alive.
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
  look(); // npm may have ended during the install or the build
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
