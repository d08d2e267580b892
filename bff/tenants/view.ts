import { z } from 'zod'
import type { TenantRow } from '../../db/tenants.ts'
import { type StepUpPolicy, stepUpPolicySchema } from '../auth/step-up.ts'
import { limitsOf, type TenantLimits } from './limits.ts'

const strings = z.array(z.string())

/** A tenant as the operator sees it. Keys are public; only where they come from is shown. */
export interface TenantView {
  readonly id: string
  readonly label: string
  readonly issuer: string
  readonly algorithms: readonly string[]
  readonly keys: 'inline' | string
  readonly origins: readonly string[]
  /** `null`: the default list. */
  readonly client_actions: readonly string[] | null
  /** `null`: no action asks for a fresher or stronger login. */
  readonly step_up: StepUpPolicy | null
  readonly limits: TenantLimits
}

export function tenantView(row: TenantRow): TenantView {
  return {
    id: row.id,
    label: row.label,
    issuer: row.issuer,
    algorithms: strings.parse(JSON.parse(row.algorithms)),
    keys: row.jwks_url ?? 'inline',
    origins: strings.parse(JSON.parse(row.origins)),
    client_actions:
      row.client_actions === null ? null : strings.parse(JSON.parse(row.client_actions)),
    step_up: row.step_up === null ? null : stepUpPolicySchema.parse(JSON.parse(row.step_up)),
    limits: limitsOf(row.limits),
  }
}
