/** What a start says of signing in without TLS. */
import { signInWarning } from '../../src/app/settings';
import { readEnvironment } from '../../src/config';
import { onLoopback, onNetwork } from '../api/serve';

function warningAt(publicUrl: string, access = onNetwork): string | undefined {
  const read = readEnvironment({ MUSTER_PUBLIC_URL: publicUrl }, '/');
  if (!read.ok) throw new Error(read.errors.join());
  return signInWarning(read.value, access);
}

test('a start warns where people would sign in without TLS over a network, and nowhere else', () => {
  expect(warningAt('http://muster.example.org')).toContain('put a proxy that ends TLS in front');
  expect(warningAt('https://muster.example.org')).toBeUndefined();
  expect(warningAt('http://127.0.0.1:8080')).toBeUndefined();
  expect(warningAt('http://muster.example.org', onLoopback)).toBeUndefined();
});
