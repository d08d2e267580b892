import type { AllowedHosts } from '../address-rule.ts'
import type { ActionDefinition, Provider, StepHandler } from '../provider.ts'
import { changeDomain } from './actions/change-domain.ts'
import { changePackage } from './actions/change-package.ts'
import { changePassword } from './actions/change-password.ts'
import { create } from './actions/create.ts'
import { deleteAccount } from './actions/delete.ts'
import { getInfo } from './actions/get-info.ts'
import { getUsage } from './actions/get-usage.ts'
import { link } from './actions/link.ts'
import { login } from './actions/login.ts'
import { makeReseller } from './actions/make-reseller.ts'
import { revokeReseller } from './actions/revoke-reseller.ts'
import { suspend } from './actions/suspend.ts'
import { unlink } from './actions/unlink.ts'
import { unsuspend } from './actions/unsuspend.ts'
import { CpanelPanel } from './cpanel-panel.ts'
import { isProtected } from './protected.ts'
import { changeDomain as changeDomainStep } from './steps/change-domain.ts'
import { changePackage as changePackageStep } from './steps/change-package.ts'
import { changePassword as changePasswordStep } from './steps/change-password.ts'
import { createAccount } from './steps/create-account.ts'
import { deleteAccount as deleteAccountStep } from './steps/delete-account.ts'
import { makeReseller as makeResellerStep } from './steps/make-reseller.ts'
import { revokeReseller as revokeResellerStep } from './steps/revoke-reseller.ts'
import { setAcls } from './steps/set-acls.ts'
import { setLimits } from './steps/set-limits.ts'
import { suspendAccount } from './steps/suspend-account.ts'
import { unsuspendAccount } from './steps/unsuspend-account.ts'

/** Every action of the catalogue (DESIGN §5). */
const ACTIONS: readonly ActionDefinition[] = [
  create,
  unsuspend,
  login,
  changePassword,
  getInfo,
  getUsage,
  changePackage,
  changeDomain,
  makeReseller,
  revokeReseller,
  link,
  unlink,
  suspend,
  deleteAccount,
]

/** One per changing WHM call, by the names the plans use. */
const STEPS: Readonly<Record<string, StepHandler>> = {
  create: createAccount,
  'make-reseller': makeResellerStep,
  'set-acls': setAcls,
  'set-limits': setLimits,
  'revoke-reseller': revokeResellerStep,
  'change-password': changePasswordStep,
  'change-package': changePackageStep,
  'change-domain': changeDomainStep,
  suspend: suspendAccount,
  unsuspend: unsuspendAccount,
  delete: deleteAccountStep,
}

export interface CpanelOptions {
  /** Private hosts and networks the operator lets this installation call; none unless told. */
  readonly allowedHosts?: AllowedHosts
  /** Milliseconds no call to a server is waited for longer; each call's own time-out unless told. */
  readonly patience?: number
}

/** The integration with cPanel & WHM. */
export function createCpanelProvider({
  allowedHosts = [],
  patience,
}: CpanelOptions = {}): Provider {
  return {
    name: 'cpanel',
    actions: ACTIONS,
    steps: STEPS,
    isProtected,
    connect: (target, line) => new CpanelPanel(target, allowedHosts, patience, line),
  }
}

/** The same for servers on public addresses only. */
export const cpanelProvider: Provider = createCpanelProvider()
