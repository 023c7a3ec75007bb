/** Owns the slots that a team or a service fills with people or schedules. */

export const slots = ['primary', 'secondary', 'escalation-manager'] as const;

/** True for the name of a slot. */
export function isSlot(name: string): name is (typeof slots)[number] {
  return slots.some((slot) => slot === name);
}
