import { isGuardFailed, type Statement } from '../../../db/connect.ts'
import type { StoredEntry } from '../../../db/evidence-rows.ts'
import { type JobClaim, jobKept } from '../../../db/job-leases.ts'
import { partsErased } from '../../../db/people.ts'
import { chainOf, sealed } from '../../../db/seals.ts'
import { entryInserted } from '../../../db/settlement.ts'
import { makeId, type TenantId } from '../../contract/ids.ts'
import type { Actor } from '../../contract/operation.ts'
import { beginningOf, ERASURE_CODE, type Erased, erasureDigest } from '../chain/forms.ts'
import { type ChainEnd, linksFor, type SealDeps } from '../chain/seal.ts'

/** Tables beside the log that a person is erased from. */
export const OTHER_TABLES = ['operation', 'step', 'service', 'field'] as const
export type OtherTable = (typeof OTHER_TABLES)[number]

/** What one write erases. */
export interface Batch {
  /** Parts of entries of the log, and of how many entries. */
  readonly parts: readonly Erased[]
  readonly entries: number
  /** Changes to other tables, and to how many rows of each. */
  readonly statements: readonly Statement[]
  readonly rows: Readonly<Record<OtherTable, number>>
}

/** Milliseconds for which a process that erases may say nothing. */
export const ERASE_LEASE = 120_000
/** How often a write is made anew because somebody else has sealed in between. */
const TRIES = 8

function entryOf(tenant: TenantId, by: Actor, batch: Batch, now: number): StoredEntry {
  const detail = OTHER_TABLES.flatMap((table) =>
    batch.rows[table] === 0
      ? []
      : [{ code: `detail.erased_${table}`, value: String(batch.rows[table]) }],
  )
  return {
    id: makeId('log', now),
    tenant,
    service: null,
    at: now,
    level: 'warning',
    actor: JSON.stringify(by),
    role: by.role,
    action: 'person',
    operation: null,
    reason: null,
    duration_ms: null,
    code: ERASURE_CODE,
    params: JSON.stringify({ count: batch.entries, digest: erasureDigest(batch.parts) }),
    detail: detail.length === 0 ? null : JSON.stringify(detail),
    client_visible: 0,
  }
}

async function written(
  { db, clock }: SealDeps,
  tenant: TenantId,
  by: Actor,
  claim: JobClaim,
  batch: Batch,
): Promise<void> {
  const now = clock.now()
  const row = await chainOf(db, tenant)
  const end: ChainEnd = {
    seq: row?.seq ?? 0,
    hash: row?.hash ?? beginningOf(tenant),
    sealed_at: row?.sealed_at ?? 0,
    caught_up_at: row?.caught_up_at ?? 0,
  }
  const entry = entryOf(tenant, by, batch, now)
  await db.write([
    ...jobKept(claim, now + ERASE_LEASE),
    entryInserted({ ...entry, tenant, client_visible: false }),
    ...sealed({
      tenant,
      from: end,
      seals: linksFor(tenant, end, [entry], now),
      owner: claim.owner,
      now,
      lease_until: now,
      // Others may be waiting to be sealed.
      caught_up_at: end.caught_up_at,
      urgent: true,
    }),
    ...partsErased(tenant, entry.id, batch.parts),
    ...batch.statements,
  ])
}

/**
 * Erases a batch, with the entry that tells of it, sealed in the same write: nobody can see one without the other.
 *
 * @throws {GuardFailed} the job is somebody else's by now
 */
export async function batchErased(
  deps: SealDeps,
  tenant: TenantId,
  by: Actor,
  claim: JobClaim,
  batch: Batch,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await written(deps, tenant, by, claim, batch)
      return
    } catch (error) {
      // Somebody else has sealed meanwhile: the chain ends elsewhere.
      if (!isGuardFailed(error) || tries === TRIES) throw error
    }
  }
}
