/** Owns the port that Muster listens on: taken before anything is brought up, given up before anything is taken down. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Environment } from './config/environment';
import { StartRefused, type Started } from './started';

/** Listens, and asks whoever comes before all is up to come again. */
export async function openDoor(
  environment: Environment,
  started: Started,
): Promise<{ server: Server; publicUrl: string }> {
  const starting: RequestListener = (_, response) => void response.writeHead(503, { 'retry-after': '2' }).end();
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000 }, starting);
  const { host, port } = environment;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const known =
        error.code === 'EADDRINUSE'
          ? `port ${port} on ${host} is taken by another program; choose another one with MUSTER_PORT`
          : undefined;
      reject(known === undefined ? error : new StartRefused(`Muster was not started: ${known}`));
    });
    server.listen(port, host, resolve);
  });
  started.onStop(() => closeDoor(server));
  const listening = (server.address() as AddressInfo).port;
  return {
    server,
    publicUrl: port === 0 ? environment.publicUrl.replace(/:0$/, `:${listening}`) : environment.publicUrl,
  };
}

/** Lets requests under way finish, for two seconds. */
export async function closeDoor(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), 2_000);
  await closed;
  clearTimeout(late);
}
