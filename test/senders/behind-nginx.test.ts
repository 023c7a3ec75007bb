/** docs/access.md by copying, behind the nginx of its configuration. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { block, walk, type OpenFront } from '../e2e/access-walk';
import { until } from '../e2e/muster';

jest.setTimeout(120_000);

const openNginx: OpenFront = async ({ folder, port, behind }) => {
  const shown = block('nginx: muster.conf')
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace('server_name muster.example.org', 'server_name localhost')
    .replaceAll('/etc/ssl/', `${folder}/`)
    .replace('127.0.0.1:8080', `127.0.0.1:${behind}`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  const configuration = `daemon off;\nuser root;\npid ${folder}/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${shown}}\n`;
  writeFileSync(join(folder, 'nginx.conf'), configuration);
  // The kernel kills nginx when the process of the test dies, however that happens.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'nginx', '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (text) => (output += String(text)));
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      ({ status }) => status === 400, // plain HTTP at a port of TLS
      () => false,
    );
  if (!(await until(async () => child.exitCode !== null || (await answers()), 10_000)) || child.exitCode !== null)
    throw new Error(`nginx did not become ready:\n${output}`);
  return {
    close: async () => {
      child.kill('SIGQUIT');
      await until(() => Promise.resolve(child.exitCode !== null || child.signalCode !== null), 10_000);
    },
  };
};

test('a team gets from `npm start` to a provider, three roles, a sender and a CI behind nginx', () => walk(openNginx));
