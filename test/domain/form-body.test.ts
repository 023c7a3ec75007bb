/** What a form of a page means: the body of a command, for the script and for the server alike. */
import { bodyOfForm } from '../../src/contracts/form-body';

const bodyOf = (name: Parameters<typeof bodyOfForm>[0], fields: string) =>
  bodyOfForm(name, new URLSearchParams(fields));

test('what nobody filled in is absent, and what is no field of the command does not count', () => {
  expect(bodyOf('post-update', 'key=k&actor=ana&text=+We+roll+back+&audience=public&nextUpdateAt=')).toEqual({
    text: 'We roll back',
    audience: 'public',
  });
});

test('a list of names takes them side by side, a list of texts a line for each', () => {
  expect(bodyOf('escalate', 'reason=x&to=ana,+on-call:payments+hana')).toEqual({
    reason: 'x',
    to: ['ana', 'on-call:payments', 'hana'],
  });
  expect(bodyOf('complete-items', 'items=a&items=b')).toEqual({ items: ['a', 'b'] });
  expect(bodyOf('write-review', 'wentWell=The+page+came,+fast%0D%0A%0D%0AAll+knew&rootCause=x')).toEqual({
    rootCause: 'x',
    wentWell: ['The page came, fast', 'All knew'],
  });
});

test('nobody is an answer where a role is given; yes and no are no texts', () => {
  expect(bodyOf('assign-role', 'role=commander&person=')).toEqual({ role: 'commander', person: null });
  expect(bodyOf('record-impact', 'customerFacing=false')).toEqual({ customerFacing: false });
  expect(bodyOf('record-impact', 'customerFacing=perhaps')).toEqual({ customerFacing: 'perhaps' });
});
