/** Owns by which seed the fuzzer begins: MUSTER_FUZZ_SEED, or the usual one of a test. */
const given = Number(process.env['MUSTER_FUZZ_SEED'] ?? '');

/** The same every time, so that no test fails by luck; a run by hand looks elsewhere. */
export const testSeed = Number.isSafeInteger(given) && given > 0 ? given : 20_261_207;
