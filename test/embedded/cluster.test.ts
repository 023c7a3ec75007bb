/**
 * The first words with a cluster: a start that cannot work is refused at once, with the reason and
 * with what would be right.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls, type TlsOptions } from 'node:tls';
import { Connection, type ConnectionLike } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { connectPatiently, prepareNamespace } from '../../src/app/cluster';
import { StartRefused } from '../../src/app/lifecycle';
import { lookAtDoor } from '../../src/app/temporal-door';
import { connectionSettings } from '../../src/app/temporal-settings';
import { searchAttributeKeys } from '../../src/workflows/search-attributes';
import { loopbackCertificate, loopbackKey } from '../support/fakes/certificate';
import { sharedAddress } from '../support/env';

jest.setTimeout(15_000);

let folder: string;
const open: { server: Server; sockets: Set<Socket> }[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-cluster-'));
  writeFileSync(join(folder, 'cert.pem'), loopbackCertificate);
  writeFileSync(join(folder, 'key.pem'), loopbackKey);
  writeFileSync(join(folder, 'text.pem'), 'this is no certificate\n');
});
afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const certificate = { cert: loopbackCertificate, key: loopbackKey };
const said: { message: string; fields: Record<string, unknown> | undefined }[] = [];
const note = (message: string, fields?: Record<string, unknown>) => void said.push({ message, fields });
const log = { info: note, warn: note };
beforeEach(() => said.splice(0));

/** Something that listens on loopback; answers its address. */
async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  for (const event of ['connection', 'secureConnection'])
    server.on(event, (socket: Socket) => void sockets.add(socket.on('error', () => undefined)));
  server.on('tlsClientError', () => undefined);
  open.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The shared Temporal server behind TLS. */
function behindTls(more: TlsOptions = {}): Promise<string> {
  const [host, port] = sharedAddress().split(':');
  return listening(
    createTls({ ...certificate, ALPNProtocols: ['h2'], ...more }, (socket) => {
      const inner = connect(Number(port), host);
      inner.on('error', () => socket.destroy());
      socket.on('close', () => inner.destroy());
      socket.pipe(inner).pipe(socket);
    }),
  );
}

const settings = (variables: Record<string, string>) => connectionSettings(variables);
const trusting = (address: string, more: Record<string, string> = {}) =>
  settings({ TEMPORAL_ADDRESS: address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(folder, 'cert.pem'), ...more });

/** The words of the refusal; fails when the start would try again. */
async function refusal(options: NativeConnectionOptions): Promise<string> {
  const neverMind = new AbortController();
  try {
    await (await connectPatiently(options, { ...log, warn: () => neverMind.abort() }, neverMind.signal)).close();
    return 'connected';
  } catch (error) {
    return error instanceof StartRefused ? error.message : `tried again: ${String(error)}`;
  }
}

describe('TLS that does not fit is told at once', () => {
  test('settings that fit connect, with a client certificate too', async () => {
    expect(await refusal(trusting(await behindTls()))).toBe('connected');
    const mutual = await behindTls({ requestCert: true, rejectUnauthorized: true, ca: loopbackCertificate });
    const own = {
      TEMPORAL_TLS_CLIENT_CERT_PATH: join(folder, 'cert.pem'),
      TEMPORAL_TLS_CLIENT_KEY_PATH: join(folder, 'key.pem'),
    };
    expect(await refusal(trusting(mutual, own))).toBe('connected');
    expect(await refusal(settings({ TEMPORAL_ADDRESS: sharedAddress() }))).toBe('connected');
  });

  test('without TLS to a server with TLS', async () => {
    expect(await refusal(settings({ TEMPORAL_ADDRESS: await behindTls() }))).toMatch(
      /the server speaks TLS, and Muster was told to speak without; set TEMPORAL_TLS=true/,
    );
  });

  test('with TLS to a server without', async () => {
    expect(await refusal(trusting(sharedAddress()))).toMatch(
      /the server speaks no TLS, and Muster was told to; unset TEMPORAL_TLS/,
    );
    // An API key switches TLS on.
    const key = settings({ TEMPORAL_ADDRESS: sharedAddress(), TEMPORAL_API_KEY: 'abc' });
    expect(await refusal(key)).toMatch(/the server speaks no TLS.*with an API key set TEMPORAL_TLS=false/);
  });

  test('a certificate of an authority that this machine does not know', async () => {
    expect(await refusal(settings({ TEMPORAL_ADDRESS: await behindTls(), TEMPORAL_TLS: 'true' }))).toMatch(
      /does not trust the certificate of the server .*set TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
    );
  });

  test('a certificate for another name', async () => {
    const options = trusting(await behindTls(), { TEMPORAL_TLS_SERVER_NAME: 'temporal.example' });
    expect(await refusal(options)).toMatch(/for another name .*temporal\.example.*set TEMPORAL_TLS_SERVER_NAME/);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'no client certificate where the server asks for one (%s)',
    async (version) => {
      const mutual = await behindTls({
        requestCert: true,
        rejectUnauthorized: true,
        ca: loopbackCertificate,
        maxVersion: version,
      });
      expect(await refusal(trusting(mutual))).toMatch(
        /asks for a client certificate; set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH/,
      );
    },
  );
});

describe('what may pass is tried again, with the reason', () => {
  test('nothing listens there', async () => {
    const address = await listening(createPlain());
    const { server } = open.pop()!;
    await new Promise((resolve) => server.close(resolve));
    expect(await lookAtDoor({ address })).toEqual({ final: false, because: 'nothing listens there (ECONNREFUSED)' });
  });

  test('no host of this name', async () => {
    const fault = await lookAtDoor({ address: 'nowhere.invalid:7233' });
    expect(fault?.final).toBe(false);
    expect(fault?.because).toMatch(/host/);
  });

  test('another program', async () => {
    const address = await listening(createPlain((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const fault = await lookAtDoor({ address });
    expect(fault?.final).toBe(false);
    expect(fault?.because).toMatch(/gRPC/);
  });
});

test.each([
  [
    'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    'missing.pem',
    /^Muster was not started: TEMPORAL_TLS_SERVER_CA_CERT_PATH is .*missing\.pem: there is no such file$/,
  ],
  [
    'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    '.',
    /^Muster was not started: TEMPORAL_TLS_SERVER_CA_CERT_PATH .*: this is a folder, not a file$/,
  ],
  [
    'TEMPORAL_TLS_CLIENT_KEY_PATH',
    'missing.pem',
    /^Muster was not started: TEMPORAL_TLS_CLIENT_KEY_PATH is .*: there is no such file$/,
  ],
  [
    'TEMPORAL_TLS_CLIENT_KEY_PATH',
    'text.pem',
    /^Muster was not started: TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH cannot be used: .+$/,
  ],
])('%s=%s is one line that names the variable', (name, file, words) => {
  const variables = {
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    ...(name === 'TEMPORAL_TLS_CLIENT_KEY_PATH' ? { TEMPORAL_TLS_CLIENT_CERT_PATH: join(folder, 'cert.pem') } : {}),
    [name]: join(folder, file),
  };
  expect(() => settings(variables)).toThrow(StartRefused);
  expect(() => settings(variables)).toThrow(words);
});

describe('the namespace', () => {
  const dayMs = 86_400_000;
  let connection: Connection;
  beforeAll(async () => (connection = await Connection.connect({ address: sharedAddress() })));
  afterAll(() => connection.close());
  const namespaceThatKeeps = async (days: number) => {
    const namespace = `keeps-${days}-${randomUUID()}`;
    const workflowExecutionRetentionPeriod = msToTs(days * dayMs);
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
    return namespace;
  };

  test('that keeps closed processes for a day is warned of: by how much, and how it is mended', async () => {
    const namespace = await namespaceThatKeeps(1);
    expect(await prepareNamespace(connection, namespace, log)).toBe(dayMs);
    expect(said.map(({ message }) => message)).toEqual(['the namespace keeps closed processes for too short a time']);
    expect(said[0]?.fields).toMatchObject({
      keepsForDays: 1,
      neededDays: 90,
      missingDays: 89,
      mendWith: `temporal operator namespace update --namespace ${namespace} --retention 3650d`,
    });
  });

  test.each([90, 3650])('that keeps them for %i days is not', async (days) => {
    await prepareNamespace(connection, await namespaceThatKeeps(days), log);
    expect(said).toEqual([]);
  });

  test('that there is not is named', async () => {
    await expect(prepareNamespace(connection, 'nope', log)).rejects.toThrow(/Namespace nope is not found/);
  });

  test('in which a key may only read is refused', async () => {
    const reader = barredFrom(connection, { signalWorkflowExecution: () => refused('Request unauthorized.') });
    await expect(prepareNamespace(reader, await namespaceThatKeeps(90), log)).rejects.toThrow(
      /may only read there; Muster needs to write .*Request unauthorized/,
    );
  });

  test('in which attributes may not be created: the missing ones are listed with their types', async () => {
    const namespace = await namespaceThatKeeps(90);
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { MusterStatus: 2, MusterMissed: 5 },
    });
    const barred = barredFrom(connection, { addSearchAttributes: () => refused('no admin') });
    await expect(prepareNamespace(barred, namespace, log)).rejects.toThrow(
      /\(no admin\); .*create MusterSeverity \(Keyword\), MusterServices \(KeywordList\), MusterNextDueAt \(Datetime\), MusterDrill \(Bool\), MusterActionOwners \(KeywordList\), MusterActionDueAt \(Datetime\); /,
    );
  });

  test('without an operator service, as in Temporal Cloud: taken when all attributes are there, else all are listed', async () => {
    const namespace = await namespaceThatKeeps(90);
    const cloud = barredFrom(connection, { listSearchAttributes: () => refused('unauthorized') });
    const all = searchAttributeKeys.map(({ name }) => name).join('.*');
    await expect(prepareNamespace(cloud, namespace, log)).rejects.toThrow(
      new RegExp(`not all of them are there.*${all}`),
    );
    await prepareNamespace(connection, namespace, log);
    await prepareNamespace(cloud, namespace, log);
  });
});

/** The connection, but for the calls of `instead`. */
function barredFrom(connection: Connection, instead: Record<string, () => Promise<never>>): ConnectionLike {
  const over = <T extends object>(service: T): T =>
    new Proxy(service, {
      get: (target, name) => instead[String(name)] ?? (Reflect.get(target, name) as unknown),
    });
  return new Proxy(connection, {
    get: (target, name) =>
      name === 'workflowService'
        ? over(target.workflowService)
        : name === 'operatorService'
          ? over(target.operatorService)
          : (Reflect.get(target, name) as unknown),
  });
}
/** In the shape in which the client of gRPC throws. */
function refused(details: string): Promise<never> {
  return Promise.reject(
    Object.assign(new Error(`7 PERMISSION_DENIED: ${details}`), { code: 7, details, metadata: {} }),
  );
}
