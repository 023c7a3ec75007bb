/**
 * Certificates that a test makes, of any name, date and key: a self-signed X.509 in DER, written by
 * hand, so that no machine needs openssl and no fixture expires.
 */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
export const rsaPair = (modulusLength = 2_048): Pair => generateKeyPairSync('rsa', { modulusLength });
export const ecPair = (): Pair => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export interface CertificateWish {
  readonly commonName: string;
  readonly altNames?: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly isAuthority?: boolean;
}

/** The certificate in PEM. */
export function certificateOf({ publicKey, privateKey }: Pair, wish: CertificateWish): string {
  const algorithm =
    privateKey.asymmetricKeyType === 'rsa'
      ? sequence(oid('2a864886f70d01010b'), tagged(0x05, Buffer.alloc(0)))
      : sequence(oid('2a8648ce3d040302'));
  const name = sequence(set(sequence(oid('550403'), text(0x0c, wish.commonName))));
  const altNames = sequence(...(wish.altNames ?? []).map((one) => text(0x82, one)));
  const extensions = [
    ...(wish.altNames === undefined ? [] : [sequence(oid('551d11'), tagged(0x04, altNames))]),
    ...(wish.isAuthority ? [sequence(oid('551d13'), tagged(0x04, sequence(Buffer.from('0101ff', 'hex'))))] : []),
  ];
  const toBeSigned = sequence(
    tagged(0xa0, Buffer.from('020102', 'hex')),
    Buffer.from('020101', 'hex'),
    algorithm,
    name,
    sequence(time(wish.from), time(wish.to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [tagged(0xa3, sequence(...extensions))]),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', toBeSigned, privateKey)]));
  const lines = sequence(toBeSigned, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function tagged(tag: number, content: Buffer): Buffer {
  const hex = content.length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const length = content.length < 128 ? Buffer.from([content.length]) : Buffer.from([0x80 | bytes.length, ...bytes]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
}
const sequence = (...parts: readonly Buffer[]) => tagged(0x30, Buffer.concat(parts));
const set = (...parts: readonly Buffer[]) => tagged(0x31, Buffer.concat(parts));
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'));
const text = (tag: number, word: string) => tagged(tag, Buffer.from(word, 'utf8'));
const time = (at: number) => text(0x18, `${new Date(at).toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`);
