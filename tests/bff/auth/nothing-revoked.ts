import type { VerifyDeps } from '../../../bff/auth/verify.ts'

/** For tests in which nothing is revoked and no database is there to ask. */
export const nothingRevoked: VerifyDeps['revocations'] = { faultOf: async () => undefined }
