/**
 * Owns where outgoing requests may go: public addresses over https; other addresses only when their
 * host is listed in `allow-hosts`. Every address is checked at the moment of the connection, so a
 * DNS name that changes to an internal address is caught. Knows nothing of messages.
 */
import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const inHouse = new BlockList();
const ranges4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Azure answers here inside every virtual machine: keys among the answers.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
// ::/96, 64:ff9b, 2001::/32 and 2002 carry an IPv4 address inside, which could be any of the above.
// The others are those of IANA's registry of special addresses that nobody reaches from outside.
const ranges6 = [
  ['::', 96],
  ['2001::', 32],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['100:0:0:1::', 64],
  ['2001:2::', 48],
  ['2001:10::', 28],
  ['2001:20::', 28],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;
for (const [address, prefix] of ranges4) inHouse.addSubnet(address, prefix, 'ipv4');
for (const [address, prefix] of ranges6) inHouse.addSubnet(address, prefix, 'ipv6');

/**
 * True for loopback, private, link-local and other addresses outside the public internet, and for
 * IPv4-mapped IPv6 forms of them. True also for a text that is no address.
 */
export function isInHouse(address: string): boolean {
  const family = isIP(address);
  return family === 0 || inHouse.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** A target that Muster refuses before any answer. */
export class ForbiddenTarget extends Error {
  override readonly name = 'ForbiddenTarget';
  readonly code = 'FORBIDDEN_TARGET';
}

/** Checks a URL before it is used. Throws ForbiddenTarget, which says what to list where. */
export function checkTarget(url: URL, allowHosts: readonly string[]): void {
  const host = bareHost(url.hostname);
  const listed = isListed(host, allowHosts);
  if (url.username !== '' || url.password !== '')
    throw new ForbiddenTarget(`${url.host}: a name or password in the URL is not allowed; use the signature`);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && listed))
    throw new ForbiddenTarget(`${url.origin}: expected https (http only to a host listed in allow-hosts)`);
  // An IP address in the URL never reaches the DNS look-up, so the check is here.
  if (isIP(host) !== 0 && isInHouse(host) && !listed) throw forbidden(host);
}

/**
 * A DNS look-up that refuses in-house addresses unless the host is listed; for `connect.lookup`.
 */
export function guardedLookup(allowHosts: readonly string[]): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const refused = isListed(hostname, allowHosts) ? undefined : addresses.find(({ address }) => isInHouse(address));
      if (refused) return callback(forbidden(`${hostname} (${refused.address})`), '', 0);
      if (options.all === true) return callback(null, addresses);
      const first = addresses[0];
      return first
        ? callback(null, first.address, first.family)
        : callback(new Error(`${hostname} has no address`), '', 0);
    });
  };
}

function forbidden(host: string): ForbiddenTarget {
  return new ForbiddenTarget(
    `${host} is not on the public internet; list it under allow-hosts of the channel in channels.yaml if that is meant`,
  );
}
function isListed(host: string, allowHosts: readonly string[]): boolean {
  return allowHosts.some((allowed) => bareHost(allowed.toLowerCase()) === host.toLowerCase());
}
function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
