/**
 * The installation's own message templates: read and tried at the start, kept in a sandbox, and
 * never able to stop a message.
 */
import { reportClock } from '../../src/api/present/report-shown';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { formatErrors, loadConfig } from '../../src/config/load';
import { compileMessageTemplate, createWords, type TemplateName } from '../../src/words/words';
import { iso, reportMarkdown, reportOf, timelineOf, viewOf } from '../../src/domain';
import { incident, release } from '../support/story';
import { saidIn } from '../support/messages';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-messages-'));
  cpSync(join(__dirname, '..', '..', 'config'), folder, { recursive: true });
  rmSync(join(folder, 'messages'), { recursive: true, force: true });
  mkdirSync(join(folder, 'messages'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, 'messages', name), text);
const problems = (): string[] => {
  const loaded = loadConfig(folder, {});
  return loaded.ok ? [] : formatErrors(loaded.errors).split('\n');
};
const faults = (name: TemplateName, source: string): string[] => {
  const compiled = compileMessageTemplate(name, source);
  return compiled.ok ? [] : compiled.faults.map(({ line, column, message }) => `${line}:${column}: ${message}`);
};

test('a configuration without any has the built-in words; one with all of them is taken', () => {
  expect(problems()).toEqual([]);
  put('incident-alert.liquid', '{{ builtin }}\nBridge: https://meet.example/{{ process.id }}\n');
  put('release-notice.liquid', '{{ process.title }} {{ process.targetAt | date: "%H:%M", "Europe/Athens" }}');
  put('public-update.liquid', '[{{ status }}] {{ text }}{% if nextUpdateAt %} More at {{ nextUpdateAt }}.{% endif %}');
  put(
    'report.liquid',
    '# {{ title | md_line }}\n{% for entry in timeline %}- {{ entry.text | md_line }}\n{% endfor %}',
  );
  put('README.md', 'not a template');
  expect(problems()).toEqual([]);
});

test('every fault is refused with its file, line and what would be right, all at once with the rest of the configuration', () => {
  put('incident-alert.liquid', 'a\n  {{ proces.id }}\n{% if false %}{{ impact.userAffected }}{% endif %}');
  put('release-notice.liquid', 'a{% for x in actions %}\n{{ x.title }}{% endfor %}');
  put('public-update.liquid', 'a\n{{ text | upcas }}');
  put('report.liquid', 'a\n\n{% if %}');
  put('incident-alerts.liquid', 'x');
  writeFileSync(
    join(folder, 'calendar.yaml'),
    'zone: Mars/Olympus\nweekend: []\nhours: { from: "09:00", to: "18:00" }\n',
  );
  expect(problems()).toEqual([
    expect.stringMatching(/^calendar\.yaml:1:1: unknown time zone/),
    expect.stringMatching(/^messages\/incident-alert\.liquid:2:6: unknown variable "proces".*did you mean process/),
    expect.stringMatching(
      /^messages\/incident-alert\.liquid:3:\d+: unknown variable "impact.userAffected".*usersAffected/,
    ),
    expect.stringMatching(/^messages\/incident-alerts\.liquid:1:1: unknown message template.*incident-alert/),
    expect.stringMatching(/^messages\/public-update\.liquid:2:\d+: undefined filter: upcas/),
    expect.stringMatching(/^messages\/release-notice\.liquid:2:\d+: undefined variable: x\.title/),
    expect.stringMatching(/^messages\/report\.liquid:3:\d+: /),
  ]);
});

test('what lies outside the folder, is too long, no text or no file is refused', () => {
  symlinkSync(join(folder, 'people.yaml'), join(folder, 'messages', 'incident-alert.liquid'));
  put('report.liquid', 'x'.repeat(64 * 1024 + 1));
  put('public-update.liquid', new Uint8Array([0xff, 0xfe, 0x41]));
  mkdirSync(join(folder, 'messages', 'release-notice.liquid'));
  expect(problems()).toEqual([
    'messages/incident-alert.liquid:1:1: this is a link out of the folder',
    expect.stringMatching(/public-update\.liquid:1:1: cannot be read: .*not valid/),
    'messages/release-notice.liquid:1:1: expected a file',
    'messages/report.liquid:1:1: the file has 65537 bytes; at most 65536 are read',
  ]);
});

test('a link within the folder is followed, as a mounted folder is made of them', () => {
  mkdirSync(join(folder, 'messages', '..data'));
  writeFileSync(join(folder, 'messages', '..data', 'real'), '{{ builtin }}');
  symlinkSync(join('..data', 'real'), join(folder, 'messages', 'report.liquid'));
  expect(problems()).toEqual([]);
});

test.each([
  ['a constructor', '{{ process.constructor }}'],
  ['a constructor by a computed name', '{% assign k = "constr" | append: "uctor" %}{{ process[k] }}'],
  ['a prototype', '{{ actions.__proto__ }}'],
  ['a method of a text', '{{ head.constructor }}'],
  ['a method of an array', '{{ actions.map }}'],
  ['a list as a whole', '{{ notes }}'],
  ['a group of facts as a whole', '{{ process }}'],
  ['the process', '{{ global.process.env }}'],
  ['a file, rendered', "{% render '/etc/passwd' %}"],
  ['a file, included', "{% include '/etc/passwd' %}"],
  ['a file, as a layout', "{% layout '/etc/passwd' %}"],
  ['a file, relative', "{% render '../people.yaml' %}"],
  ['a billion rounds', '{% for i in (1..1000000000) %}x{% endfor %}'],
  ['a billion empty rounds', '{% for i in (1..1000000000) %}{% endfor %}x'],
  ['a million rounds in rounds', '{% for i in (1..1000) %}{% for j in (1..1000) %}{{ i }}{% endfor %}{% endfor %}'],
  ['a doubling text', '{% assign a = "x" %}{% for i in (1..64) %}{% assign a = a | append: a %}{% endfor %}{{ a }}'],
  ['a huge output', `{% for i in (1..5000) %}${'x'.repeat(200)}{% endfor %}`],
  ['a table of everything', '{% tablerow i in (1..100000000) %}x{% endtablerow %}'],
  [
    'a split of a split',
    '{% for i in (1..40) %}{% assign a = text | default: head | split: "" %}{% assign b = a | concat: a | concat: a | join: "xxxxxxxxxxxxxxxx" %}{% assign head = b %}{% endfor %}{{ head }}',
  ],
  ['a deep nest', '{% if true %}'.repeat(4000)],
  ['nothing', '  \n'],
])('the sandbox refuses %s at the start, soon', (_, source) => {
  const began = performance.now();
  expect(faults('incident-alert', source)).not.toEqual([]);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('no sequence of tags reaches what is not there or takes long', () => {
  const part = fc.constantFrom(
    '{{ process }}',
    '{{ process.id }}',
    '{% for a in actions %}',
    '{% endfor %}',
    '{% if commander %}',
    '{% endif %}',
    '{% assign x = notes %}',
    '{{ x }}',
    '{% capture y %}',
    '{% endcapture %}',
    '{{ y | append: y }}',
    '{% raw %}',
    '{% endraw %}',
    '{{ "a" | times: 3 }}',
    '{% case kind %}',
    '{% when "page" %}',
    '{% endcase %}',
    '{%',
    '}}',
    '{{',
    '|',
    '{% break %}',
    '{{ head | split: "" | reverse | join }}',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const compiled = compileMessageTemplate('incident-alert', parts.join(''));
      if (compiled.ok) return;
      expect(compiled.faults.length).toBeGreaterThan(0);
      for (const { line, column, message } of compiled.faults)
        expect([Number.isInteger(line), Number.isInteger(column), message.length > 0]).toEqual([true, true, true]);
    }),
    { numRuns: 1000 },
  );
});

describe('in use', () => {
  const warned: string[] = [];
  const words = (sources: Partial<Record<TemplateName, string>>) => {
    warned.length = 0;
    const templates = Object.fromEntries(
      Object.entries(sources).map(([name, source]) => {
        const compiled = compileMessageTemplate(name as TemplateName, source);
        if (!compiled.ok) throw new Error(compiled.faults[0]!.message);
        return [name, compiled.render];
      }),
    );
    return createWords(templates, (message) => void warned.push(message));
  };
  const story = () =>
    incident({ title: '{{ head }}{% for i in (1..1000000000) %}' })
      .at('1m', 'acknowledge', {})
      .at('2m', 'post-update', {
        text: 'Some {{ payments }} fail.',
        audience: 'public',
      });

  test('the body is replaced, what to do and why stays before it, and the words of people are no template', () => {
    const own = words({ 'incident-alert': 'ALERT {{ process.severity }} {{ process.title }}' });
    const { request } = story().sent.find((sent) => sent.request.kind === 'page')!;
    expect(own.message(request, iso)).toBe(
      `${saidIn(request).split('\n\n')[0]!}\n\nALERT P0 {{ head }}{% for i in (1..1000000000) %}`,
    );
    expect(warned).toEqual([]);
  });

  test('each kind of message has its own; what has no template, or no facts, keeps the built-in words', () => {
    const own = words({ 'public-update': '[{{ status }}] {{ text }}' });
    const { sent } = story();
    const post = sent.find(({ request }) => request.public)!.request;
    expect(own.message(post, iso)).toBe('[Investigating] Some {{ payments }} fail.');
    const page = sent.find(({ request }) => request.kind === 'page')!.request;
    expect(own.message(page, iso)).toBe(saidIn(page));
    expect(own.message({ key: 'k', text: 'from before', why: 'x' }, iso)).toBe('from before');
    const notice = words({ 'release-notice': 'NOTICE {{ process.title }}' });
    const planned = release('2026-12-14T10:00:00.000Z', {}).until('6d').sent[0]!.request;
    expect(notice.message(planned, iso)).toBe(
      `${saidIn(planned).split('\n\n')[0]!}\n\nNOTICE ${planned.process.title}`,
    );
  });

  test('an instant is printed as the reader is shown times, and the filter date takes it', () => {
    const own = words({
      'incident-alert':
        '{{ process.startedAt }} | {{ nextUpdateAt | date: "%H:%M", "Europe/Athens" }} | {{ process.startedAt | one_line }} | {{ process.startedAt | append: "!" }} | {% if process.targetAt %}set{% else %}not set{% endif %} | {{ head }}',
    });
    const { request } = story()
      .until('18m')
      .sent.findLast((sent) => sent.request.kind !== 'announce')!;
    const body = own.message(request, () => 'then').split('\n\n')[1]!;
    expect(body).toMatch(/^then \| \d\d:\d\d \| then \| then! \| not set \| .*due then/);
    expect(warned).toEqual([]);
  });

  test('instants compare with each other and with texts in RFC 3339', () => {
    const { request } = story().sent.find((sent) => sent.request.kind === 'page')!;
    const said = (condition: string) =>
      words({ 'incident-alert': `{% if ${condition} %}yes{% else %}no{% endif %}` })
        .message(request, iso)
        .split('\n\n')[1];
    expect(saidIn(request)).toContain('Start Time: 2026-12-07T08:00:00.000Z');
    for (const condition of [
      'process.startedAt == process.startedAt',
      'process.startedAt < nextUpdateAt',
      'nextUpdateAt > process.startedAt',
      'process.startedAt == "2026-12-07T08:00:00.000Z"',
      '"2026-12-07T08:00:00.000Z" == process.startedAt',
      'process.startedAt > "2026-12-07T07:59:59Z"',
      'process.startedAt <= "2026-12-07T10:00:00+02:00"',
      'process.targetAt == null',
    ])
      expect([condition, said(condition)]).toEqual([condition, 'yes']);
    for (const condition of ['process.startedAt == nextUpdateAt', 'process.startedAt > "soon"', 'nextUpdateAt == null'])
      expect([condition, said(condition)]).toEqual([condition, 'no']);
  });

  test('a drill says so whatever the template says', () => {
    const own = words({ 'public-update': 'All is well.', 'incident-alert': 'ALERT' });
    const drill = incident({ drill: true }).at('1m', 'post-update', { text: 'x', audience: 'public' });
    for (const { request } of drill.sent) expect(own.message(request, iso)).toMatch(/^DRILL - /);
  });

  test('one that fails on a real message gives way to the built-in words, loudly', () => {
    const own = words({
      // Short enough for every sample, but too long for a real message.
      'incident-alert':
        '{% for a in actions %}{% for i in (1..6000) %}{% for b in actions %}{{ a }}{% endfor %}{% endfor %}{% endfor %}x',
    });
    const busy = incident().at('1m', 'post-update', { text: 'x', actions: Array<string>(60).fill('y'.repeat(400)) });
    const { request } = busy.sent.at(-1)!;
    const began = performance.now();
    expect(own.message(request, iso)).toBe(saidIn(request));
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(warned).toEqual(['messages/incident-alert.liquid failed; the built-in text is used instead']);
  });

  test("a report of one's own, for incidents, beside the built-in one for releases; and one that fails", () => {
    const report = reportOf(viewOf(story().state), timelineOf(story().state));
    const clock = reportClock('Europe/Athens');
    const own = words({
      report:
        '{% if kind == "release" %}{{ builtin }}{% else %}# {{ title | md_line }}, {{ durations.toAcknowledgeMs | duration }}{% endif %}',
    });
    expect(own.report(report, clock)).toBe('# {{ head }}{% for i in (1..1000000000) %}, 1m\n');
    const launch = release('2026-12-14T10:00:00.000Z').state;
    const other = reportOf(viewOf(launch), timelineOf(launch));
    expect(own.report(other, clock)).toBe(reportMarkdown(other, clock));
  });
});
