import type { Database } from '../../../db/connect.ts'
import { lastCheckpoint } from '../../../db/evidence.ts'
import type { EvidenceBroken } from '../../../db/evidence-rows.ts'
import {
  checkpointInserted,
  keepDaysOf,
  keepDaysSet,
  lastSealedBefore,
  linkBounds,
  prefixRemoved,
  tenantsKeeping,
} from '../../../db/log-retention.ts'
import type { TenantId } from '../../contract/ids.ts'
import { eachTenant } from './each-tenant.ts'
import { beginningOf } from './forms.ts'
import { type KeyDeps, signingKey } from './keys.ts'
import { sign } from './signed.ts'

/** What a cut has removed. */
export interface Cut {
  /** The checkpoint the chain begins at now; null while nothing was ever cut. */
  readonly seq: number | null
  readonly removed: number
}

/** Links one write removes. */
const BATCH = 500
const DAY = 24 * 60 * 60 * 1000

async function removeUpTo(db: Database, tenant: TenantId, seq: number): Promise<number> {
  let removed = 0
  for (;;) {
    const bounds = await linkBounds(db, tenant)
    if (bounds === undefined || bounds.first > seq) return removed
    const to = Math.min(bounds.first + BATCH - 1, seq)
    await db.write(prefixRemoved(tenant, bounds.first, to))
    removed += to - bounds.first + 1
  }
}

/**
 * Removes a tenant's oldest entries: whole, from the beginning, everything sealed before a time. First a checkpoint is
 * signed, then they go; one that was cut short is finished by the next.
 *
 * @param before milliseconds
 */
export async function cutBefore(deps: KeyDeps, tenant: TenantId, before: number): Promise<Cut> {
  const { db } = deps
  const last = (await lastCheckpoint(db, tenant))?.seq
  const place = await lastSealedBefore(db, tenant, last ?? 0, before)
  if (place === undefined)
    return {
      seq: last ?? null,
      removed: last === undefined ? 0 : await removeUpTo(db, tenant, last),
    }
  const { seq, hash } = place
  const at = Math.max(deps.clock.now(), place.sealed_at)
  const jws = await sign(await signingKey(deps), {
    kind: 'checkpoint',
    tenant,
    seq,
    hash,
    at,
    count: seq - (last ?? 0),
    before,
  })
  await db.write([checkpointInserted({ tenant, seq, hash, at, jws })])
  return { seq, removed: await removeUpTo(db, tenant, seq) }
}

/** How long a tenant's entries are kept from now on. @param days null for ever */
export async function keepFor(
  { db }: Pick<KeyDeps, 'db'>,
  tenant: TenantId,
  days: number | null,
): Promise<void> {
  await db.write([keepDaysSet(tenant, beginningOf(tenant), days)])
}

/**
 * Cuts what every tenant has kept for long enough.
 *
 * @param broken told of a tenant whose chain cannot be read; the others are cut
 */
export async function cutWhatIsDue(
  deps: KeyDeps,
  broken: (error: EvidenceBroken, tenant: TenantId) => void,
): Promise<void> {
  await eachTenant(await tenantsKeeping(deps.db), broken, async (tenant) => {
    const days = await keepDaysOf(deps.db, tenant)
    if (days !== null) await cutBefore(deps, tenant, deps.clock.now() - days * DAY)
  })
}
