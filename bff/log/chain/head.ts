import { headAt, headInserted, tenantsToSign } from '../../../db/evidence.ts'
import type { EvidenceBroken } from '../../../db/evidence-rows.ts'
import { chainOf } from '../../../db/seals.ts'
import type { TenantId } from '../../contract/ids.ts'
import { eachTenant } from './each-tenant.ts'
import { type KeyDeps, signingKey } from './keys.ts'
import { sealNow } from './seal.ts'
import { sign } from './signed.ts'

/** The signed end of a chain. */
export interface Head {
  readonly tenant: TenantId
  readonly seq: number
  readonly hash: string
  /** Milliseconds. */
  readonly at: number
  readonly jws: string
}

/** Signs the end of a tenant's chain as it is now, once. @returns undefined while the chain is empty */
export async function signHead(deps: KeyDeps, tenant: TenantId): Promise<Head | undefined> {
  const chain = await chainOf(deps.db, tenant)
  if (chain === undefined || chain.seq === 0) return undefined
  const { seq, hash } = chain
  const known = await headAt(deps.db, tenant, seq)
  if (known !== undefined) return { tenant, ...known }
  const at = Math.max(deps.clock.now(), chain.sealed_at)
  const jws = await sign(await signingKey(deps), { kind: 'head', tenant, seq, hash, at })
  await deps.db.write([headInserted({ tenant, seq, hash, at, jws })])
  const kept = await headAt(deps.db, tenant, seq)
  return kept && { tenant, ...kept }
}

/** Seals what waits and signs the end. @returns undefined while nothing was ever logged */
export async function headNow(deps: KeyDeps, tenant: TenantId): Promise<Head | undefined> {
  await sealNow(deps, tenant)
  return signHead(deps, tenant)
}

/**
 * Signs every chain that has grown since its end was signed, if that is long enough ago.
 *
 * @param broken told of a tenant whose chain cannot be read; the others are signed
 */
export async function signDueHeads(
  deps: KeyDeps,
  signed_before: number,
  broken: (error: EvidenceBroken, tenant: TenantId) => void,
): Promise<Head[]> {
  const heads: Head[] = []
  await eachTenant(await tenantsToSign(deps.db, signed_before), broken, async (tenant) => {
    const head = await signHead(deps, tenant)
    if (head !== undefined) heads.push(head)
  })
  return heads
}
