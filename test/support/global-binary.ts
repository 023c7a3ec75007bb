/** Owns what tests share that only start `npm start`: where the Temporal binary is. */
import { findTemporalBinary } from '../../src/embedded/temporal-binary';

export default async function globalSetup(): Promise<void> {
  const env = { ...process.env };
  delete env.TEMPORAL_ADDRESS; // a cluster in the environment must not be used for tests
  const binary = await findTemporalBinary({ env, log: (line) => console.error(line) });
  if (binary === undefined) process.env.TEST_TEMPORAL_PROBLEM = 'no binary of Temporal';
  else process.env.TEST_TEMPORAL_BIN = binary.path;
}
