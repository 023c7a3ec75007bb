/** Owns the codes of gRPC that have a meaning here, and how they are read from an error. */
import { isGrpcServiceError } from '@temporalio/client';

export const grpc = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The code and the words of an error of gRPC; undefined for another error. */
export function grpcFault(error: unknown): { readonly code: number; readonly details: string } | undefined {
  return isGrpcServiceError(error) ? { code: error.code, details: error.details } : undefined;
}
