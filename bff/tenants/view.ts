import { calculateJwkThumbprint, type JWK } from 'jose'
import type { TenantRow } from '../../db/tenants.ts'
import { parseKeySet } from '../auth/key-set.ts'
import type { StepUpPolicy } from '../auth/step-up.ts'
import type { TenantId } from '../contract/ids.ts'
import { described } from './columns.ts'
import { limitsOf, type TenantLimits } from './limits.ts'

/** A tenant as the operator sees it in a list. Keys are public; only where they come from is shown. */
export interface TenantView {
  readonly id: TenantId
  readonly label: string
  readonly issuer: string
  readonly algorithms: readonly string[]
  readonly keys: 'inline' | string
  readonly origins: readonly string[]
  /** `null`: the default list. */
  readonly client_actions: readonly string[] | null
  /** What its clients are spoken to in when they ask for no language of ours; `null`: the first of ours. */
  readonly language: string | null
  /** `null`: no action asks for a fresher or stronger login. */
  readonly step_up: StepUpPolicy | null
  readonly limits: TenantLimits
  /** Since when it is disabled; `null` while it is served. */
  readonly disabled: string | null
}

export function tenantView(row: TenantRow): TenantView {
  const known = described(row)
  return {
    id: row.id,
    label: known.label,
    issuer: known.issuer,
    algorithms: known.algorithms,
    keys: known.jwks_url ?? 'inline',
    origins: known.origins,
    client_actions: known.client_actions ?? null,
    language: known.language ?? null,
    step_up: known.step_up ?? null,
    limits: limitsOf(row.limits),
    disabled: row.disabled_at === null ? null : new Date(row.disabled_at).toISOString(),
  }
}

/** A tenant with the names of its inline keys, by which one can be removed. */
export interface TenantShown extends TenantView {
  /** `null` where keys are fetched from a URL. */
  readonly key_names: readonly string[] | null
}

/** A key's `kid`, or the thumbprint of one that has none (RFC 7638). */
export async function keyName(key: JWK): Promise<string> {
  return key.kid ?? calculateJwkThumbprint(key)
}

export async function tenantShown(row: TenantRow): Promise<TenantShown> {
  const { jwks } = described(row)
  const key_names =
    jwks === undefined ? null : await Promise.all(parseKeySet(jwks).keys.map(keyName))
  return { ...tenantView(row), key_names }
}
