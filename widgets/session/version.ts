import type { CONTRACT } from '../../bff/contract/version.ts'

/** Version of these scripts. */
export const VERSION = '0.1.0'

/** Version of the contract these scripts speak with the BFF. */
export const SPOKEN = 1 satisfies typeof CONTRACT
