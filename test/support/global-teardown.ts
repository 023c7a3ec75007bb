/**
 * Ends what global-setup.ts started. Runs in the same process, but with another module registry.
 */
export default (): Promise<void> | undefined =>
  (globalThis as { musterTest?: { stop?: () => Promise<void> } }).musterTest?.stop?.();
