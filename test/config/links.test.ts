/** Links in messages: an address on loopback leads nowhere from another machine. */
import { channelTypes } from '../../src/config/checks/channel-types';
import { linksProblem } from '../../src/config/checks/links';
import { channelsShape, type ChannelFile } from '../../src/config/files/channel-shapes';

const own = 'http://127.0.0.1:8080';
const staying = {
  inbox: { type: 'inbox' },
  console: { type: 'console' },
  folder: { type: 'folder', path: '/reports' },
};
const hook = (url: string) => ({ hook: { type: 'webhook', url, secret: 'env:HOOK' } });
const mail = { mail: { type: 'email', host: 'mail.example.com', from: 'muster@example.com' } };
const problem = (channels: object, publicUrl: string) =>
  linksProblem({ channels: channelsShape.shape.channels.parse(channels) }, publicUrl);

test('a channel that carries messages away is warned of beside a loopback address, with what would be right', () => {
  expect(problem({ ...staying, ...mail }, own)).toBe(
    `links in messages lead to ${own}, which only this machine can reach, and messages leave this machine by mail (email); ` +
      'set MUSTER_PUBLIC_URL to the address at which people reach Muster',
  );
  for (const address of ['http://localhost:8080', 'http://[::1]:8080', 'http://127.0.1.1'])
    expect(problem(mail, address)).toContain(address);
});

test('an address that other machines reach, and channels that stay on this machine, are no problem', () => {
  expect(problem({ ...staying, ...mail }, 'https://muster.example.com')).toBeUndefined();
  expect(problem(staying, own)).toBeUndefined();
});

test('a receiver on this machine finds loopback, and one elsewhere does not', () => {
  expect(problem(hook('http://localhost:9000/hook'), own)).toBeUndefined();
  expect(problem(hook('https://hooks.example.com/muster'), own)).toContain('hook (webhook)');
});

test('of the types of channel only inbox, console and folder stay on this machine', () => {
  const types = Object.keys(channelTypes) as ChannelFile['type'][];
  expect(types.filter((type) => channelTypes[type].staysHere)).toEqual(['inbox', 'console', 'folder']);
});
