import type { WhmFunction } from './function.ts'
import { accountChanging } from './functions/account-changing.ts'
import { accountCreation } from './functions/account-creation.ts'
import { accountReading } from './functions/account-reading.ts'
import { apiTokens } from './functions/api-tokens.ts'
import { batch } from './functions/batch.ts'
import { cpanelProxies } from './functions/cpanel-proxies.ts'
import { domains } from './functions/domains.ts'
import { modifyAccount } from './functions/modify-account.ts'
import { packages } from './functions/packages.ts'
import { passwords } from './functions/passwords.ts'
import { resellerLimits } from './functions/reseller-limits.ts'
import { resellerRights } from './functions/reseller-rights.ts'
import { resellers } from './functions/resellers.ts'
import { sessions } from './functions/sessions.ts'
import { suspension } from './functions/suspension.ts'
import { system } from './functions/system.ts'
import { usage } from './functions/usage.ts'

/** Every function the server knows. */
export const functions: readonly WhmFunction[] = [
  ...accountCreation,
  ...accountReading,
  ...accountChanging,
  ...modifyAccount,
  ...suspension,
  ...passwords,
  ...sessions,
  ...resellers,
  ...resellerRights,
  ...resellerLimits,
  ...packages,
  ...usage,
  ...domains,
  ...system,
  ...apiTokens,
  ...cpanelProxies,
  ...batch,
]
