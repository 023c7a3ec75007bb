/**
 * Owns the words of access: the API roles, and what a route may need. Types alone, so that every
 * side may use them. The order of the roles and what follows from it are rules
 * (src/domain/access).
 */

/** What somebody may do in the API (docs/access.md); each role may do what those before it may. */
export type ApiRole = 'viewer' | 'responder' | 'commander' | 'manager' | 'admin';

/**
 * What a route needs of whoever asks. `anyone`: no credential, and none is read. `signed-in`: any
 * credential of a person or a program, whatever it is for. `sender`: the key or signature of the
 * source of alerts or changes, which the route itself proves. `link`: the token of an acknowledge
 * link in the address. Else an API role.
 */
export type Need = 'anyone' | 'signed-in' | 'sender' | 'link' | ApiRole;
