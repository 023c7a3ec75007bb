/**
 * Ends what global-setup.ts started; runs in the same process, but not in the same module registry.
 */
export default (): Promise<void> | undefined =>
  (globalThis as { musterTest?: { stop?: () => Promise<void> } }).musterTest?.stop?.();
