import { z } from 'zod'
import type { TenantRow } from '../../db/tenants.ts'

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
  }
}
