/**
 * The walk of docs/access.md as its reader takes it: the files and commands are read out of the
 * document, and only the names differ. Owns no front: what ends TLS comes from the caller.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, setGlobalDispatcher } from 'undici';
import { certificateOf, rsaPair } from '../support/certificates';
import { Browser } from '../support/browser';
import { present } from '../support/clock';
import { client, signInAtProvider, startProvider } from '../support/identity-provider';
import { configFor, freePort, Muster, removeFolder, Sink, until } from './muster';

const day = 24 * 3_600_000;
const document = readFileSync(join(__dirname, '..', '..', 'docs', 'access.md'), 'utf8');

/** The block of the document that begins with the line `# NAME`. */
export function block(name: string): string {
  const [, found] =
    new RegExp(`^\`\`\`\\w*\\n# ${name.replace(/[.]/g, '\\.')}\\n([^]*?)^\`\`\`$`, 'm').exec(document) ?? [];
  if (found === undefined) throw new Error(`docs/access.md shows no ${name}`);
  return found;
}

/** What stands between people and Muster. */
export interface Front {
  close(): Promise<void>;
}
/** `folder` has muster.pem and muster.key. */
export type OpenFront = (places: { folder: string; port: number; behind: number }) => Promise<Front>;

/** A command of the document, as somebody types it. */
function shell(words: string, env: NodeJS.ProcessEnv, answer?: (err: string, giveUp: () => void) => void) {
  const muster = join(__dirname, '..', '..', 'bin', 'muster.js');
  const child = spawn(process.execPath, [muster, ...words.split(' ')], { env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += String(text)));
  child.stderr.on('data', (text) => answer?.((err += String(text)), () => child.kill()));
  child.stdin.end();
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, out: out.trim(), err: err.trim() })),
  );
}

/** Walks the document from its first step to its last. */
export async function walk(openFront: OpenFront): Promise<void> {
  const ends: (() => Promise<unknown>)[] = [];
  const [behind, port] = [await freePort(), await freePort()];
  const publicUrl = `https://localhost:${port}`;
  try {
    const sink = await Sink.open();
    ends.push(() => sink.close());
    const folder = await configFor(sink, '10m');
    ends.push(() => removeFolder(folder));
    const accounts = {
      emeka: { email: 'emeka@example.org', email_verified: true, groups: [] },
      fatima: { email: 'fatima@example.org', email_verified: true, groups: ['sre'] },
    };
    // 1: the client at the provider.
    const provider = await startProvider(accounts, () => [`${publicUrl}/login/callback`]);
    ends.push(() => provider.stop());
    // 2 and 3: the files.
    const write = (name: string, change = (text: string) => text) =>
      writeFileSync(join(folder, name), change(block(name)));
    write('config/access.yaml', (text) => text.replace('https://id.example.org', provider.issuer));
    write('config/alerts.yaml');
    // 4: the start.
    const exported = [...block('start.sh').matchAll(/^export (\w+)=(.*)$/gm)].map(
      ([, name = '', value = '']): [string, string] => [name, value],
    );
    const env = {
      ...Object.fromEntries(exported),
      OIDC_SECRET: client.secret,
      ALERTMANAGER_KEY: 'k'.repeat(64), // the shell makes one
      MUSTER_PUBLIC_URL: publicUrl,
    };
    const muster = Muster.launch(folder, behind, env);
    ends.push(() => muster.end());
    await muster.ready();
    // 5: the proxy.
    const pair = rsaPair();
    const now = present();
    const certificate = certificateOf(pair, {
      commonName: 'localhost',
      altNames: ['localhost'],
      from: now - day,
      to: now + day,
      isAuthority: true,
    });
    const places = mkdtempSync(join(folder, 'front-'));
    writeFileSync(join(places, 'muster.pem'), certificate);
    writeFileSync(join(places, 'muster.key'), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const front = await openFront({ folder: places, port, behind });
    ends.push(() => front.close());
    setGlobalDispatcher(new Agent({ connect: { ca: certificate } }));
    const machine = (person: string, more: NodeJS.ProcessEnv = {}) => ({
      PATH: process.env['PATH'],
      XDG_CONFIG_HOME: join(folder, person),
      MUSTER_URL: publicUrl,
      NODE_EXTRA_CA_CERTS: join(places, 'muster.pem'),
      ...more,
    });
    // 6: signing in.
    const signIn = async (person: string) => {
      const browser = new Browser();
      const signsIn = async (err: string) => {
        const [, page = ''] = /^ {2}(https:.*code=[\w-]+)$/m.exec(err) ?? [];
        if (page === '' || confirmed) return;
        confirmed = true;
        await browser.open(page); // asks to sign in
        const start = `${publicUrl}/login/start?return=${encodeURIComponent(new URL(page).pathname + new URL(page).search)}`;
        const asked = await (await signInAtProvider(browser, start, person)).text();
        const [, code] = /name="code" value="([^"]+)"/.exec(asked) ?? [];
        if (code === undefined) throw new Error(`the page asks for no confirmation: ${asked}`);
        await browser.submit(`${publicUrl}/login/confirm`, { code });
      };
      let confirmed = false;
      let failed: unknown;
      const done = await shell('login --browser', machine(person), (err, giveUp) => {
        signsIn(err).catch((error: unknown) => {
          failed = error;
          giveUp();
        });
      });
      expect([failed, done.code, done.err]).toEqual([undefined, 0, expect.stringContaining(`as ${person};`)]);
      return browser;
    };
    await signIn('emeka');
    expect((await shell('whoami', machine('emeka'))).out).toMatch(/^emeka .*\n {2}roles: admin; responder$/);
    const fatimas = await signIn('fatima');
    expect((await shell('whoami', machine('fatima'))).out).toMatch(/^fatima .*\n {2}roles: commander; responder$/);
    // 7: the CI, and the sender.
    const [, words = ''] = /^\$ muster (token create deploys .*)$/m.exec(document) ?? [];
    const token = await shell(words, machine('emeka'));
    expect(token.out).toMatch(/^mus_ci_/);
    const [, sent = ''] = /^ {4}-d '(\{"alerts".*\})' \\$/m.exec(document) ?? [];
    const alerts = (key: string) =>
      fatimas.ask(`${publicUrl}/v1/alerts/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: sent.replace('2026-11-30T03:00:00Z', new Date(present()).toISOString()),
      });
    expect((await alerts('guessed')).status).toBe(401);
    const stored = await alerts(env.ALERTMANAGER_KEY);
    const decision = { would: 'open', service: 'payments', level: 'P1' };
    expect([stored.status, await stored.json()]).toMatchObject([202, { alerts: 1, ignored: 0, decision }]);
    const listed = () => shell('incident list -o name', machine('emeka'));
    await until(async () => (await listed()).out !== '', 20_000);
    const [id = ''] = (await listed()).out.split('\n');
    const ci = machine('ci', { MUSTER_TOKEN: token.out });
    expect(await shell(`incident comment ${id} deployed`, ci)).toMatchObject({ code: 0 });
    expect(await shell(`incident ack ${id}`, ci)).toMatchObject({ code: 4 });
    // And nobody else: not without a credential, and under no name that is not its own.
    expect((await shell('incident list', machine('stranger'))).code).toBe(4);
    const other = await fetch(`http://127.0.0.1:${behind}/login`, { headers: {} });
    expect(other.status).toBe(200); // loopback names are answered
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
