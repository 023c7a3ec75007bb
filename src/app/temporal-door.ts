/**
 * Owns a look at the door of a Temporal server: why a connection does not come about. The clients
 * of Temporal only say that there was none in time, whatever the reason. The look speaks the first
 * words of HTTP/2, over TLS if the settings say so, and waits for the first words of the server.
 */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { normalizeTlsConfig } from '@temporalio/common/lib/internal-non-workflow';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { certificatesOf } from './temporal-settings';

export interface DoorFault {
  /** Trying again does not help: somebody has to change the settings or the server. */
  readonly final: boolean;
  /** A clause: `it has no certificate ...`. */
  readonly because: string;
}

const patienceMs = 3_000;
/** The preface of HTTP/2 with empty settings. */
const greeting = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const settingsFrame = 4;
const tlsAlert = 0x15;

/** What is wrong at the address of `options`; undefined: nothing, or it cannot be told. */
export async function lookAtDoor(options: NativeConnectionOptions): Promise<DoorFault | undefined> {
  const place = placeOf(options.address);
  if (place === undefined) return undefined;
  const tls = normalizeTlsConfig(options.tls, options.apiKey);
  if (tls === undefined) return plainDoor(place);
  const seen = await meet(() =>
    connectTls({
      ...place,
      ...certificatesOf(options),
      ...serverName(tls.serverNameOverride, place.host),
      ALPNProtocols: ['h2'],
    }),
  );
  if (seen.kind === 'said') return undefined;
  return tlsFault(seen, options, place);
}

interface Place {
  readonly host: string;
  readonly port: number;
}
type Seen =
  | { readonly kind: 'said'; readonly first: Buffer }
  | { readonly kind: 'closed' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'failed'; readonly error: NodeJS.ErrnoException };

// Undefined where the look would not take the way of the client: through a proxy or a socket file.
function placeOf(address = '127.0.0.1:7233'): Place | undefined {
  const proxied = ['grpc_proxy', 'https_proxy', 'http_proxy'].some((name) => process.env[name]);
  const found = /^(?:\[([0-9a-f:.]+)\]|([^:/[\]]+))(?::(\d{1,5}))?$/i.exec(address);
  if (proxied || !found) return undefined;
  return { host: found[1] ?? found[2]!, port: Number(found[3] ?? 7233) };
}

function serverName(override: string | undefined, host: string): { servername?: string } {
  if (override !== undefined) return { servername: override };
  return isIP(host) ? {} : { servername: host };
}

function meet(open: () => Socket): Promise<Seen> {
  return new Promise((resolve) => {
    const socket: Socket | TLSSocket = open();
    const end = (seen: Seen) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(seen);
    };
    const timer = setTimeout(() => end({ kind: 'silent' }), patienceMs);
    socket.on('error', (error) => end({ kind: 'failed', error }));
    socket.once('data', (first: Buffer) => end({ kind: 'said', first }));
    socket.once('close', () => end({ kind: 'closed' }));
    socket.once('end', () => end({ kind: 'closed' }));
    // Queued until the connection, and its TLS, stand.
    socket.write(greeting);
  });
}

// --- Without TLS ---------------------------------------------------------------------------------

async function plainDoor(place: Place): Promise<DoorFault | undefined> {
  const seen = await meet(() => connectPlain(place));
  if (seen.kind === 'said' && seen.first[3] === settingsFrame && seen.first[0] !== tlsAlert) return undefined;
  if (seen.kind === 'failed' && unreachable[seen.error.code ?? ''] !== undefined) return networkFault(seen.error);
  if ((seen.kind === 'said' && seen.first[0] === tlsAlert) || (await speaksTls(place)))
    return {
      final: true,
      because:
        'the server speaks TLS, and Muster was told to speak without; set TEMPORAL_TLS=true, and TEMPORAL_TLS_SERVER_CA_CERT_PATH if the certificate is signed by an authority of your own',
    };
  if (seen.kind === 'said') return { final: false, because: 'what answers there does not speak gRPC (HTTP/2)' };
  return undefined;
}

/** Whether the server answers the first words of TLS with a handshake or with an alert of TLS. */
async function speaksTls(place: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({ ...place, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
    const end = (speaks: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(speaks);
    };
    const timer = setTimeout(() => end(false), patienceMs);
    socket.once('secureConnect', () => end(true));
    socket.once('close', () => end(false));
    socket.on('error', (error: Error) => end(/alert/.test(error.message)));
  });
}

// --- With TLS ------------------------------------------------------------------------------------

function tlsFault(seen: Exclude<Seen, { kind: 'said' }>, options: NativeConnectionOptions, place: Place) {
  const hasCertificate = certificatesOf(options).cert !== undefined;
  if (seen.kind === 'silent') return undefined;
  if (seen.kind === 'closed')
    return {
      final: false,
      because: `the server closed the connection after TLS began${hasCertificate ? '' : '; if it asks for a client certificate, set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH'}`,
    };
  const { error } = seen;
  if (unreachable[error.code ?? ''] !== undefined) return networkFault(error);
  const because = tlsWords(error, hasCertificate, place);
  return because === undefined ? { final: false, because: `TLS failed: ${error.message}` } : { final: true, because };
}

function tlsWords(error: NodeJS.ErrnoException, hasCertificate: boolean, { host }: Place): string | undefined {
  const { code = '', message } = error;
  if (/wrong version number|packet length too long|http request/i.test(message))
    return 'the server speaks no TLS, and Muster was told to; unset TEMPORAL_TLS and TEMPORAL_TLS_*, or with an API key set TEMPORAL_TLS=false';
  if (/alert/.test(message))
    return hasCertificate
      ? `the server refuses the client certificate of TEMPORAL_TLS_CLIENT_CERT_PATH (${alertOf(message)})`
      : `the server asks for a client certificate; set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH (${alertOf(message)})`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const { reason } = error as { reason?: string };
    return `the certificate of the server is for another name than ${host} or TEMPORAL_TLS_SERVER_NAME: ${reason ?? message}; set TEMPORAL_TLS_SERVER_NAME to a name in the certificate`;
  }
  if (code === 'CERT_HAS_EXPIRED') return 'the certificate of the server has expired';
  if (code === 'CERT_NOT_YET_VALID')
    return 'the certificate of the server is not valid yet, or the clock of this machine is wrong';
  if (untrusted.has(code))
    return `this machine does not trust the certificate of the server (${message}); set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the certificate of the authority that signed it`;
  return undefined;
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

function alertOf(message: string): string {
  return /alert ([a-z ]+?)(?::|$)/i.exec(message)?.[1]?.trim() ?? message;
}

// --- The network ---------------------------------------------------------------------------------

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to the network of this host',
  ETIMEDOUT: 'the host does not answer',
};
// All of them may pass: a cluster that is still starting has no name and no port yet.
function networkFault({ code = '' }: NodeJS.ErrnoException): DoorFault {
  return { final: false, because: `${unreachable[code]} (${code})` };
}
