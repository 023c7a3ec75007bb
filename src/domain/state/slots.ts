/** Owns the slots that a team or a service fills with people or schedules. */
import type { OneOrMore } from '../model';

export const slots = ['primary', 'secondary', 'escalation-manager'] as const;

/** True for the name of a slot. */
export function isSlot(name: string): name is (typeof slots)[number] {
  return slots.some((slot) => slot === name);
}

/** The names in a slot or a turn. */
export function namesIn(one: OneOrMore | undefined): readonly string[] {
  return one === undefined ? [] : typeof one === 'string' ? [one] : one;
}
