/**
 * Owns `npm run bench [part ...]`: runs the parts one after the other and prints what they measured beside what is allowed.
 * The verdicts are for people: the exit code is 0 unless a part failed to run. Times depend on the machine, counts do not.
 */
import { size } from './size';
import { tableOf, type Row } from './table';

const parts: Record<string, () => Promise<Row[]>> = { size };

async function main(wanted: string[]): Promise<number> {
  const unknown = wanted.filter((name) => !(name in parts));
  if (unknown.length > 0) {
    console.error(`no part is called ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
    return 2;
  }
  const failed: string[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const began = Date.now();
    try {
      const rows = await measure();
      console.log(`\n${name} (${Math.round((Date.now() - began) / 1000)} s)\n${tableOf(rows)}`);
    } catch (error) {
      failed.push(name);
      console.error(`\n${name} failed to run:`, error);
    }
  }
  return failed.length === 0 ? 0 : 1;
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
