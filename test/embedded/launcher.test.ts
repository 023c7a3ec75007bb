import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { whenLauncherEnds } from '../../src/app/launcher';

const children: ChildProcess[] = [];
const ended = jest.fn();
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
  ended.mockClear();
});
afterEach(() => {
  jest.useRealTimers();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function launcher(): ChildProcess & { pid: number } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 60_000)'], { stdio: 'ignore' });
  children.push(child);
  return child as ChildProcess & { pid: number };
}
async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test.each([0, 1])('the end of npm, or of its shell, is noticed once (process %i of two)', async (which) => {
  const launchers = [launcher(), launcher()];
  whenLauncherEnds({ MUSTER_LAUNCHED_BY: launchers.map(({ pid }) => pid).join(' ') }, ended);
  jest.advanceTimersByTime(60_000);
  expect(ended).not.toHaveBeenCalled();
  await end(launchers[which]!);
  jest.advanceTimersByTime(60_000);
  expect(ended).toHaveBeenCalledTimes(1);
});

test('an npm that ended while Muster was built is noticed at once', async () => {
  const npm = launcher();
  await end(npm);
  whenLauncherEnds({ MUSTER_LAUNCHED_BY: String(npm.pid) }, ended);
  expect(ended).toHaveBeenCalledTimes(1);
});

test.each([{}, { MUSTER_LAUNCHED_BY: '' }])('a Muster that npm did not launch watches nobody: %p', (env) => {
  whenLauncherEnds(env, ended);
  expect(jest.getTimerCount()).toBe(0);
});
