import type { WhmFunction } from './function.ts'
import { accountChanging } from './functions/account-changing.ts'
import { accountCreation } from './functions/account-creation.ts'
import { accountReading } from './functions/account-reading.ts'
import { passwords } from './functions/passwords.ts'
import { sessions } from './functions/sessions.ts'
import { suspension } from './functions/suspension.ts'

/** Every function the server knows. */
export const functions: readonly WhmFunction[] = [
  ...accountCreation,
  ...accountReading,
  ...accountChanging,
  ...suspension,
  ...passwords,
  ...sessions,
]
